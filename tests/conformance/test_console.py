"""The console gives the same data everywhere."""

from typing import Any

import httpx
import pytest

from tests.deployments import Deployment
from tests.deployments.traffic import visit_all
from tests.harness.waiting import wait_until

# Seconds after a request.
ON_CONSOLE = 30
METRICS = ("request_rate", "latency_p50", "latency_p95", "error_ratio")


@pytest.fixture(scope="module")
def traffic(deployed: Deployment) -> Deployment:
    """The stack with requests to every plane that its charts show."""
    visit_all(deployed, deployed.planes, rounds=2)
    return deployed


def _ask(deployed: Deployment, path: str, **question: str) -> Any:
    url = f"{deployed.url('console')}/api/v1/{path}"
    answer = httpx.get(url, params=question, trust_env=False, timeout=10)
    assert answer.is_success, f"{answer.status_code} from {answer.url}: {answer.text}"
    return answer.json()


def test_every_plane_is_shown_with_figures(traffic: Deployment) -> None:
    def planes() -> dict[str, Any]:
        return {plane["id"]: plane for plane in _ask(traffic, "planes")["planes"]}

    def complete(seen: dict[str, Any]) -> bool:
        figures = [plane[name] for plane in seen.values() for name in ("request_rate", "p50", "p95")]
        return sorted(seen) == sorted(traffic.planes) and all(figures)

    for plane in wait_until(planes, complete, within_s=60, what="every plane with its figures").values():
        assert plane["environment"] == plane["id"]
        assert plane["request_rate"] > 0
        assert 0 < plane["p50"] <= plane["p95"]


def test_the_system_is_shown_as_it_is(traffic: Deployment) -> None:
    said = _ask(traffic, "health")
    assert said["platform"] == traffic.platform
    assert said["release"] == "e2e"


@pytest.mark.parametrize("metric", METRICS)
def test_each_chart_has_a_line_of_each_plane(traffic: Deployment, metric: str) -> None:
    def drawn() -> set[tuple[str, str]]:
        lines = _ask(traffic, "series", metric=metric, range="5m")["lines"]
        return {
            (line["environment"], line["data_plane_id"])
            for line in lines
            if any(value is not None for value in line["values"])
        }

    wanted = {(name, name) for name in traffic.planes}
    wait_until(drawn, lambda seen: seen == wanted, within_s=ON_CONSOLE, what=f"a line of {metric} of each plane")
