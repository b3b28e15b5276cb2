"""Requests and limits of containers."""

from dataclasses import dataclass

from components.resources import Resources

# The scheduler places pods by their requests; by default half of the memory limit and a tenth of the CPU limit.
_CPU_REQUEST_SHARE, _MEMORY_REQUEST_SHARE = 0.1, 0.5
_LEAST_MILLI = 10


@dataclass(frozen=True, kw_only=True)
class Share:
    """Requests and limits of a container or of many: CPU in millicores, memory in MiB."""

    request_milli: int = 0
    request_mib: int = 0
    limit_milli: int = 0
    limit_mib: int = 0

    @classmethod
    def of(cls, bounds: Resources) -> "Share":
        """Return requests and limits of one container."""
        cpus, memory_mib = bounds.requests.cpus, bounds.requests.memory_mib
        return cls(
            request_milli=_milli(bounds.cpus * _CPU_REQUEST_SHARE if cpus is None else cpus),
            request_mib=round(bounds.memory_mib * _MEMORY_REQUEST_SHARE) if memory_mib is None else memory_mib,
            limit_milli=round(bounds.cpus * 1000),
            limit_mib=bounds.memory_mib,
        )

    def __add__(self, other: "Share") -> "Share":
        return Share(
            request_milli=self.request_milli + other.request_milli,
            request_mib=self.request_mib + other.request_mib,
            limit_milli=self.limit_milli + other.limit_milli,
            limit_mib=self.limit_mib + other.limit_mib,
        )

    def __mul__(self, times: int) -> "Share":
        return Share(
            request_milli=self.request_milli * times,
            request_mib=self.request_mib * times,
            limit_milli=self.limit_milli * times,
            limit_mib=self.limit_mib * times,
        )


def _milli(cpus: float) -> int:
    return max(_LEAST_MILLI, round(cpus * 1000))
