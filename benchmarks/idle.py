"""What a stack costs while nothing happens: processor time of its services, and of the engine for it."""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import docker

from benchmarks.model import Section
from benchmarks.processes import BenchmarkError
from benchmarks.stacks import BenchStack
from tests.harness.containers import StackOnEngine, engine_of

NAME = "idle"
_MEASURED_S, _QUICK_S = 250.0, 125.0
# Every service has started, and each health check stays.
_SETTLED_S = 60.0
_BOUND, _CHECKS_BOUND = 0.08, 0.02
_TICKS = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")
_NANO = 10**9


@dataclass(frozen=True, kw_only=True)
class _Used:
    """CPU seconds so far: in each container, in its service's own process, and of the engine's programs."""

    containers: dict[str, float]
    services: dict[str, float]
    engine: float
    # Of shims: what they waited for, so runc, and also the checks, which the containers' figures have already.
    waited_for: float


def run(stack: BenchStack, *, quick: bool, note: Callable[[str], None]) -> Section:
    """Measure three planes that nobody uses. What is not the service's own process is a health check."""
    seconds = _QUICK_S if quick else _MEASURED_S
    with engine_of(stack.name) as engine:
        engine.wait_healthy()
        note(f"the stack settles for {_SETTLED_S:g} s, and is measured for {seconds:g} s")
        time.sleep(_SETTLED_S)
        others = len(engine.client.api.containers()) - len(engine.ids())
        before, begun = _look(engine), time.monotonic()
        time.sleep(seconds)
        after, took = _look(engine), time.monotonic() - begun
    rows = [
        (name, (after.containers[name] - cpu) / took, (after.services[name] - before.services[name]) / took)
        for name, cpu in before.containers.items()
    ]
    inside = sum(whole - own for _, whole, own in rows)
    starting = max(0.0, (after.waited_for - before.waited_for) / took - inside)
    around = (after.engine - before.engine) / took + starting
    total = sum(whole for _, whole, _ in rows) + around
    return Section(
        name=NAME,
        title=f"A stack that nobody uses, over {took:.0f} s",
        columns=("what", "cores", "of that the service itself", "bound"),
        rows=(
            *((name, whole, own, None) for name, whole, own in rows),
            ("engine: dockerd, containerd, shims, runc", around, None, None),
            ("health checks: the engine, and what is not the service itself", around + inside, None, _CHECKS_BOUND),
            ("all", total, None, _BOUND),
        ),
        notes=(f"{others} other containers ran on the engine; what it did for them counts here.",),
    )


def _look(engine: StackOnEngine) -> _Used:
    services = engine.services()
    ids = {facts["Id"] for facts in services.values()}
    shims = [_cpu(entry) for entry, arguments in _programs("containerd-shim") if ids & arguments]
    daemons = _daemons()
    if not daemons or not shims:
        raise BenchmarkError("the engine does not run on this machine, or where its processes are not seen")
    return _Used(
        containers={name: _in_container(engine.client.api, facts["Id"]) for name, facts in services.items()},
        services={name: _cpu(_PROC / str(facts["State"]["Pid"]))[0] for name, facts in services.items()},
        engine=sum(own + waited for own, waited in daemons) + sum(own for own, _ in shims),
        waited_for=sum(waited for _, waited in shims),
    )


def _daemons() -> list[tuple[float, float]]:
    """Return the CPU seconds of dockerd and of its containerd: its child, or else the machine's."""
    dockerd = [entry for entry, _ in _programs("dockerd")]
    containerd = [entry for entry, _ in _programs("containerd")]
    children = [entry for entry in containerd if _fields(entry)[1] in {daemon.name for daemon in dockerd}]
    return [_cpu(entry) for entry in (*dockerd, *(children or containerd))] if dockerd else []


def _in_container(api: docker.APIClient, identity: str) -> float:
    return float(api.stats(identity, stream=False, one_shot=True)["cpu_stats"]["cpu_usage"]["total_usage"]) / _NANO


def _programs(prefix: str) -> Iterator[tuple[Path, set[str]]]:
    """Yield the processes of a program, whatever runtime its name goes on with, and their arguments."""
    for entry in _PROC.iterdir():
        try:
            program, *arguments = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        name = Path(program).name
        if entry.name.isdigit() and (name == prefix or name.startswith(f"{prefix}-runc")):
            yield entry, set(arguments)


def _cpu(entry: Path) -> tuple[float, float]:
    """Return the CPU seconds of a process, and of the children that it has waited for."""
    user, system, waited_user, waited_system = map(int, _fields(entry)[11:15])
    return (user + system) / _TICKS, (waited_user + waited_system) / _TICKS


def _fields(entry: Path) -> list[str]:
    # The name in brackets may hold anything; what follows the last bracket is, from 0 on: state, parent, ….
    return (entry / "stat").read_text().rpartition(")")[2].split()
