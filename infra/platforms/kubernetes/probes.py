"""A workload's probe as the three probes of a container."""

from dataclasses import dataclass

from pulumi_kubernetes.core.v1 import HTTPGetActionArgs, ProbeArgs, TCPSocketActionArgs

from components.workload import Workload

_TIMEOUT_S = 3


@dataclass(frozen=True, kw_only=True)
class ContainerProbes:
    """The probes of one container."""

    startup: ProbeArgs
    readiness: ProbeArgs
    liveness: ProbeArgs


def probes_of(workload: Workload) -> ContainerProbes:
    """Return two minutes to start; out of rotation after 10 s; a restart only after a minute without life."""
    probe, port = workload.probe, workload.port(workload.probe.port).number
    return ContainerProbes(
        startup=_alive(probe.startup or probe.liveness, port, period_s=2, failures=60),
        readiness=http_probe(probe.path, port, period_s=5, failures=2),
        liveness=_alive(probe.liveness, port, period_s=10, failures=6),
    )


def http_probe(path: str, port: int, *, period_s: int, failures: int, successes: int = 1) -> ProbeArgs:
    """Return a probe that fails after ``failures`` misses, ``period_s`` apart, and passes after ``successes``."""
    return ProbeArgs(
        http_get=HTTPGetActionArgs(path=path, port=port),
        period_seconds=period_s,
        timeout_seconds=_TIMEOUT_S,
        failure_threshold=failures,
        success_threshold=successes if successes > 1 else None,
    )


def _alive(path: str | None, port: int, *, period_s: int, failures: int) -> ProbeArgs:
    if path is not None:
        return http_probe(path, port, period_s=period_s, failures=failures)
    return ProbeArgs(
        tcp_socket=TCPSocketActionArgs(port=port),
        period_seconds=period_s,
        timeout_seconds=_TIMEOUT_S,
        failure_threshold=failures,
    )
