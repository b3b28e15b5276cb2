"""An application under its language's agent, told by the variables of a workload alone where and as whom to report."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from components.application import ApplicationArgs, application
from components.instrumentation import Telemetry
from config.images import API
from tests.harness.processes import Program, running
from tests.unit.services.servers import ENVIRONMENT, PLANE, Stack

ROLE, RELEASE = "shop", "1.2,beta=3"
REQUESTS = 240
_AT_A_TIME = 8
_DURATIONS = "http_server_request_duration_seconds_count"


@dataclass(frozen=True, kw_only=True)
class Service:
    """An application that runs and serves at ``url``."""

    program: Program
    url: str

    def ask(self) -> frozenset[int]:
        """Ask for `REQUESTS` orders, on a connection each; returns the numbers of the processes that answered."""
        with ThreadPoolExecutor(_AT_A_TIME) as people:
            return frozenset(people.map(self._order, range(REQUESTS)))

    def _order(self, number: int) -> int:
        answer = httpx.get(f"{self.url}/orders/{number}", timeout=30, trust_env=False)
        process: int = answer.raise_for_status().json()["process"]
        return process


@contextmanager
def service(
    command: Sequence[str], port: int, stack: Stack, folder: Path, image: Mapping[str, str] | None = None
) -> Iterator[Service]:
    """Run an application that listens on ``port``, with the variables of a workload and those of its ``image``."""
    telemetry = Telemetry(
        data_plane_id=PLANE,
        environment=ENVIRONMENT,
        release=RELEASE,
        collector=stack.otlp.removeprefix("http://"),
        interval_s=1,
    )
    # Nothing between here and the collector, whatever the machine has.
    workload = application(ROLE, ApplicationArgs(image=API, port=port), telemetry, published=None)
    given = {**(image or {}), **workload.environment, "NO_PROXY": "*", "no_proxy": "*"}
    program = Program(command, folder / "service.log", given)
    url = f"http://127.0.0.1:{port}"
    with running(program, f"{url}/health"):
        yield Service(program=program, url=url)


def check_counted(of: Service, stack: Stack, *, route: str, processes: int) -> None:
    """Ask, and check that what is stored are so many requests, a series for each process, as the workload's."""
    assert len(of.ask()) == processes
    requests = f'{_DURATIONS}{{exported_job="{ROLE}", http_route="{route}"}}'
    try:
        stack.wait_for(f"sum({requests}) == {REQUESTS}")
        # Later exports of either process change nothing.
        stack.wait_for(f"min(count_over_time({requests}[1m])) >= 8")
    except AssertionError as error:
        stored = stack.value(f'{_DURATIONS}{{job="data-plane"}}')
        raise AssertionError(f"{error}; stored: {stored}\n{of.program.said[-4000:]}") from error
    found = stack.value(requests)
    assert (sum(value for _, value in found), len(found)) == (REQUESTS, processes)
    assert [value for _, value in stack.value(f"sum(resets({requests}[5m]))")] == [0.0]
    described = {"service_version": RELEASE, "deployment_environment_name": ENVIRONMENT}
    infos = [labels for labels, _ in stack.value(f'target_info{{exported_job="{ROLE}"}}')]
    assert infos
    assert all(described.items() <= labels.items() for labels in infos), infos
