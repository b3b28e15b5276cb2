"""What containers may use, and what a cluster reserves for them."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Requests:
    """What a cluster reserves for a container; Docker reserves nothing.

    Attributes:
        memory_mib: Memory in MiB; None: half of the limit.
        cpus: CPU in cores; None: a tenth of the limit.
    """

    memory_mib: int | None = None
    cpus: float | None = None


@dataclass(frozen=True, kw_only=True)
class Resources:
    """The limits of a container, and what a cluster reserves for it.

    Raises ValueError when more is to be reserved than may be used.

    Attributes:
        memory_mib: Limit of memory in MiB.
        cpus: Limit of CPU in cores.
        requests: What a cluster reserves.
    """

    memory_mib: int
    cpus: float
    requests: Requests = Requests()

    def __post_init__(self) -> None:
        """Refuse requests above the limits."""
        for name, asked, limit in (
            ("memory_mib", self.requests.memory_mib, self.memory_mib),
            ("cpus", self.requests.cpus, self.cpus),
        ):
            if asked is not None and asked > limit:
                raise ValueError(f"{name} of Requests must be ≤ {name} of Resources, {limit:g} (got {asked:g})")


# By default, as the settings have it; an application's are in `application.py`.
PROMETHEUS = Resources(memory_mib=512, cpus=1.0)
ALERTMANAGER = Resources(memory_mib=128, cpus=0.25)
CONSOLE = Resources(memory_mib=160, cpus=0.5)
# 113 MiB resident when idle (measured, collector 0.158 with the components in use); the limiter takes 80 % of this.
COLLECTOR = Resources(memory_mib=256, cpus=0.5)
THANOS_QUERY = Resources(memory_mib=256, cpus=0.5)
THANOS_SIDECAR = Resources(memory_mib=128, cpus=0.25)
