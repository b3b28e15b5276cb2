"""An outage of the service with kills in the middle of it, as a recording that tests (and benchmarks) judge."""

import itertools
import time
from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tests.harness.managed_prometheus.agents import DirectCollector, Plane, Programs, agent_program, direct_collector
from tests.harness.managed_prometheus.counting import counting
from tests.harness.managed_prometheus.service import Outcome
from tests.harness.managed_prometheus.stack import AGENT, COLLECTOR, OWN, SHARED, Aws
from tests.harness.processes import running
from tests.harness.prometheus import Store
from tests.harness.waiting import wait_until

# A point that was acknowledged lies in the collector's batch for 0.2 s before it is on disk.
_BATCHED_S = 0.5
_STEP_S = 1.0


class Return(StrEnum):
    """When the killed agent comes back."""

    AFTER = "after the outage"
    WITHIN = "within the outage"


@dataclass(frozen=True, kw_only=True)
class Memory:
    """Resident memory in MiB before the outage and at its end."""

    before: float
    after: float


@dataclass(frozen=True, kw_only=True)
class Recording:
    """What happened; times are unix seconds."""

    planes: tuple[Plane, ...]
    began: float
    over: float
    ended: float
    steps: int
    agent_memory: Memory
    collector_memory: Memory

    def times(self, plane: Plane, store: Store) -> list[float]:
        """Return when the plane's stored samples were scraped, from before the outage to its end."""
        return [when for when, _ in plane.stored(store) if when <= self.ended]

    def longest_gap(self, plane: Plane, store: Store) -> float:
        """Return the most seconds between two stored samples of a plane."""
        return max(later - earlier for earlier, later in itertools.pairwise(self.times(plane, store)))


def record(
    aws: Aws,
    folder: Path,
    programs: Programs,
    *,
    planes: int,
    outage_s: float,
    back: Return = Return.AFTER,
) -> Recording:
    """Let two agents and a collector work, take the service away, kill one agent and the collector meanwhile.

    The killed agent is the one that the service listens to.
    """
    amp, endpoint = aws.amp, aws.amp.endpoint(SHARED)
    agent_pod, collector_pod = aws.pod(AGENT), aws.pod(COLLECTOR)
    with ExitStack() as stack:
        names = tuple(f"plane-{number}" for number in range(planes))
        fleet = tuple(
            Plane(
                name=name,
                application=stack.enter_context(counting()),
                telemetry=stack.enter_context(counting()),
            )
            for name in names
        )
        frontend, store = amp.service.workspaces[SHARED], amp.stored(SHARED)
        first, first_ready = agent_program(
            folder / "agent-0", "agent-0", endpoint, fleet, environment=agent_pod, programs=programs
        )
        other, other_ready = agent_program(
            folder / "agent-1", "agent-1", endpoint, fleet, environment=agent_pod, programs=programs
        )
        stack.enter_context(running(first, first_ready))
        wait_until(lambda: all(plane.stored(store) for plane in fleet), within_s=60, what="agent-0 delivers")
        stack.enter_context(running(other, other_ready))
        wait_until(
            lambda: frontend.outcomes[Outcome.DEDUPLICATED] > 1, within_s=60, what="agent-1 is heard and not needed"
        )
        collector = direct_collector(
            folder / "collector", amp.endpoint(OWN), environment=collector_pod, programs=programs
        )
        stack.enter_context(running(collector.program, collector.health))
        steps = _steps(collector, 1, 5)
        wait_until(lambda: amp.stored(OWN).value("steps"), within_s=60, what="the collector delivers")
        amp.service.throttled = 5
        steps = _steps(collector, steps, 5)
        before = other.resident_mib, collector.program.resident_mib
        amp.service.away, began = True, time.time()
        steps = _steps(collector, steps, outage_s / 4)
        first.kill()
        if back is Return.WITHIN:
            first.start()
        steps = _steps(collector, steps, outage_s / 4)
        time.sleep(_BATCHED_S)
        collector.program.kill()
        collector.program.start()
        steps = _steps(collector, steps, began + outage_s - time.time())
        after = other.resident_mib, collector.program.resident_mib
        amp.service.away, over = False, time.time()
        steps = _steps(collector, steps, 5)
        wait_until(
            lambda: all((stored := plane.stored(store)) and stored[-1][0] > over + 1 for plane in fleet),
            within_s=90,
            what="an agent delivers again",
        )
        ended = time.time()
        if back is Return.AFTER:
            first.start()
        wait_until(lambda: amp.stored(OWN).value("steps") == steps - 1, within_s=90, what="the collector's last point")
        return Recording(
            planes=fleet,
            began=began,
            over=over,
            ended=ended,
            steps=steps - 1,
            agent_memory=Memory(before=before[0], after=after[0]),
            collector_memory=Memory(before=before[1], after=after[1]),
        )


def _steps(collector: DirectCollector, number: int, seconds: float) -> int:
    """Send a numbered point each second for so long; return the next number."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        began = time.monotonic()
        collector.accept(number)
        number += 1
        # The pace of an SDK's exporter.
        time.sleep(max(0.0, _STEP_S - (time.monotonic() - began)))
    return number
