"""`isolation: workspace` on the same stack: each plane writes to a workspace of its own, the console asks them all.

The last of the folder: the stack is not brought back, its end is the next thing that happens to it.
"""

import time

import httpx
import pytest

from components import roles
from config.settings import CONTROL_ZONE
from tests.deployments import Role
from tests.deployments.eks import EksDeployment
from tests.deployments.kubernetes import PLANES
from tests.deployments.traffic import visit_all
from tests.harness.aws import REGION
from tests.harness.eks.asking import Signed
from tests.harness.managed_prometheus.identities import role_arn
from tests.harness.prometheus import Store
from tests.harness.waiting import wait_until

ON_CONSOLE = 30.0
_JUDGED_S = 120.0


@pytest.fixture(scope="module")
def isolated(deployment: EksDeployment) -> EksDeployment:
    """The stack with a workspace for each plane, and requests to every plane."""
    deployment.restore()
    settings = deployment.changed_settings()
    settings["aws"]["metrics"] = {"isolation": "workspace"}
    deployment.apply(settings).succeeded()
    deployment.outputs = deployment.stack.outputs()
    deployment.forwards.reopen()
    wait_until(deployment.unready, lambda seen: not seen, within_s=_JUDGED_S, what="every pod is ready", every_s=1)
    visit_all(deployment, deployment.planes, rounds=2)
    return deployment


def _workspaces(isolated: EksDeployment) -> dict[str, str]:
    """Return the id of each workspace by its plane; the shared one by its alias."""
    prefix = f"planewatch-{isolated.stack.name}-"
    found = isolated.account.aws.client("amp").list_workspaces()["workspaces"]
    return {one["alias"].removeprefix(prefix): one["workspaceId"] for one in found}


def _behind(isolated: EksDeployment, plane: str) -> Store:
    """Return what lies behind the frontend of a plane's workspace."""
    return Store(url=isolated.account.workspaces.frontends[_workspaces(isolated)[plane]].store_url)


def _fan_out(isolated: EksDeployment) -> Store:
    return Store(url=f"{isolated.url('console')}/prometheus")


def test_there_are_no_agents_and_every_collector_has_a_log_on_disk(isolated: EksDeployment) -> None:
    sets = {item["metadata"]["name"] for item in isolated.cluster.items("statefulsets", CONTROL_ZONE)}
    assert roles.PROMETHEUS not in sets
    for plane in PLANES:
        claims = isolated.cluster.items("persistentvolumeclaims", plane)
        assert len(claims) == len(isolated.pods(Role(zone=plane, name=roles.COLLECTOR)))


def test_each_workspace_has_its_planes_series_and_no_others(isolated: EksDeployment) -> None:
    # `data: keep` keeps the one that all planes had before, with what is in it.
    assert sorted(_workspaces(isolated)) == sorted([*PLANES, f"planewatch-{isolated.stack.name}"])
    for plane in PLANES:
        store = _behind(isolated, plane)
        wait_until(
            lambda store=store: store.value("sum(http_server_request_duration_seconds_count)") or 0,  # type: ignore[misc]  # mypy cannot type a lambda's default
            lambda count: count > 0,
            within_s=60,
            what=f"requests of {plane} in its workspace",
        )
        rows = store.vector('count by (environment, data_plane_id) ({__name__=~".+"})')
        assert {(labels.get("environment"), labels.get("data_plane_id")) for labels, _ in rows} == {(plane, plane)}


def test_a_plane_writes_to_no_workspace_but_its_own(isolated: EksDeployment) -> None:
    workspaces, service = _workspaces(isolated), isolated.account.service
    for plane in PLANES:
        arn = role_arn(f"planewatch-{isolated.stack.name}-{plane}-{roles.COLLECTOR}")
        auth = Signed(isolated.account.identities.issue(arn), REGION)
        for other in PLANES:
            endpoint = isolated.account.aws.client("amp").describe_workspace(workspaceId=workspaces[other])
            url = f"{endpoint['workspace']['prometheusEndpoint']}api/v1/remote_write"
            answer = httpx.post(url, content=b"no snappy", auth=auth, trust_env=False, timeout=30)
            # Its own frontend lets it in and only then finds fault with what it brings.
            assert answer.status_code == (400 if plane == other else 403), f"{plane} to {other}: {answer.text}"
    assert not service.away


def test_every_plane_is_up_by_its_own_rules(isolated: EksDeployment) -> None:
    def up() -> set[tuple[str, float]]:
        return {(labels["data_plane_id"], value) for labels, value in _fan_out(isolated).vector("up")}

    wanted = {(plane, 1.0) for plane in PLANES}
    wait_until(up, lambda seen: seen == wanted, within_s=_JUDGED_S, what="up of each plane through the console")


def test_the_console_shows_every_plane_in_time(isolated: EksDeployment) -> None:
    console = isolated.url("console")

    def counted() -> dict[str, float]:
        requests = 'http_server_request_duration_seconds_count{http_route!="/health"}'
        rows = _fan_out(isolated).vector(f"sum by (data_plane_id) ({requests})")
        return {labels["data_plane_id"]: value for labels, value in rows}

    # What a series begins with is no increase where nobody scrapes: the requests before must be stored first.
    before = wait_until(counted, lambda seen: sorted(seen) == sorted(PLANES), within_s=60, what="counts of each plane")
    visit_all(isolated, PLANES, rounds=1)
    sent = time.monotonic()
    wait_until(
        counted,
        lambda seen: all(seen[plane] > before[plane] for plane in PLANES),
        within_s=ON_CONSOLE,
        what="requests through the console",
    )
    isolated.figures.add("eks, a workspace each: request through the console", time.monotonic() - sent, "s")

    def rates() -> dict[str, float | None]:
        said = httpx.get(f"{console}/api/v1/planes", trust_env=False, timeout=10).raise_for_status().json()
        return {plane["id"]: plane["request_rate"] for plane in said["planes"]}

    wait_until(
        rates, lambda seen: sorted(seen) == sorted(PLANES) and all(seen.values()), within_s=60, what="rates of planes"
    )
