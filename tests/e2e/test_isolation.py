"""No container of one plane reaches another plane or the control plane; tried from inside each container."""

import itertools
import shlex
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.e2e.platform import PLANES, Platform
from tests.harness.containers import PROBE
from tests.harness.waiting import wait_until
from tests.unit.services.otlp import Point, push
from tests.unit.services.test_identity import IDENTITY_SPELLINGS

Place = tuple[str, int]
_LISTEN = "0A"
_CONNECT_S = 2
ROLES = ("api", "collector")
INSIDERS = [(plane, role) for plane in PLANES for role in ROLES]
CONTROLLERS = [("control", role) for role in ("alertmanager", "console", "prometheus")]


def listening_ports(platform: Platform, plane: str, role: str) -> set[int]:
    """Return the ports on which a service really listens for others, from its kernel's own table."""
    found = set()
    for table in ("tcp", "tcp6"):
        _, text = platform.engine.execute(plane, role, PROBE, "cat", f"/proc/net/{table}")
        for row in text.splitlines()[1:]:
            _, local, _, state, *_ = row.split()
            address, _, port = local.partition(":")
            # 127.x.y.z is written backwards.
            if state == _LISTEN and not (table == "tcp" and address.endswith("7F")):
                found.add(int(port, 16))
    assert found, f"{plane}-{role} listens nowhere"
    return found


def places(platform: Platform, plane: str, role: str) -> set[Place]:
    """Return every name and address of a service with every port on which it listens."""
    networks = platform.engine.services()[f"{plane}-{role}"]["NetworkSettings"]["Networks"]
    hosts = [platform.engine.name(plane, role), *(network["IPAddress"] for network in networks.values())]
    return set(itertools.product(hosts, listening_ports(platform, plane, role)))


def opened(platform: Platform, plane: str, role: str, targets: Iterable[Place]) -> set[Place]:
    """Try to open every target from inside a service, all at once; returns those that opened."""
    attempts = " ".join(
        f"(nc -w {_CONNECT_S} {host} {port} -e {PROBE} true >/dev/null 2>&1 && echo {host} {port}) &"
        for host, port in sorted(targets)
    )
    script = shlex.join(["sh", "-c", f"{attempts} wait"])
    code, text = platform.engine.execute(plane, role, PROBE, *shlex.split(script))
    assert code == 0, text
    return {(host, int(port)) for host, port in (line.split() for line in text.splitlines())}


@pytest.fixture(scope="module")
def everywhere(shared: Platform) -> dict[tuple[str, str], set[Place]]:
    """Every place of every service, looked up once."""
    shared.restore()
    return {service: places(shared, *service) for service in (*INSIDERS, *CONTROLLERS)}


def test_the_listed_ports_are_those_of_the_services(everywhere: dict[tuple[str, str], set[Place]]) -> None:
    ports = {service: {port for _, port in found} for service, found in everywhere.items()}
    for plane in PLANES:
        assert ports[plane, "api"] == {8000}
        assert ports[plane, "collector"] == {4317, 4318, 8888, 8889, 13133}
    assert ports["control", "prometheus"] == {9090}
    assert len({host for host, _ in everywhere["control", "prometheus"]}) == 2 + len(PLANES)


@pytest.mark.parametrize(("plane", "role"), INSIDERS)
def test_a_plane_reaches_nothing_outside_itself(
    platform: Platform, everywhere: dict[tuple[str, str], set[Place]], plane: str, role: str
) -> None:
    own = set().union(*(found for (owner, _), found in everywhere.items() if owner == plane))
    foreign = set().union(*everywhere.values()) - own
    collector = {place for place in everywhere[plane, "collector"] if place[0].startswith("planewatch-")}
    # Its own collector is tried along with the rest: were the attempt itself broken, that would not open either.
    assert opened(platform, plane, role, foreign | collector) == collector


@pytest.mark.parametrize(("plane", "role"), INSIDERS)
def test_a_plane_reaches_no_published_port_through_the_host(platform: Platform, plane: str, role: str) -> None:
    gateways = {
        network["Gateway"]
        for service in platform.engine.services().values()
        for network in service["NetworkSettings"]["Networks"].values()
        if network["Gateway"]
    }
    ports = [
        int(entry["HostPort"])
        for service in platform.engine.services().values()
        for entries in service["NetworkSettings"]["Ports"].values()
        for entry in entries or []
    ]
    assert len(ports) == 3 + 2 * len(PLANES)
    assert opened(platform, plane, role, itertools.product(gateways, ports)) == set()


def test_the_control_plane_reaches_only_what_it_reads(
    platform: Platform, everywhere: dict[tuple[str, str], set[Place]]
) -> None:
    in_planes = set().union(*(found for (owner, _), found in everywhere.items() if owner != "control"))
    collectors = set().union(*(everywhere[plane, "collector"] for plane in PLANES))
    prometheus = (platform.engine.name("control", "prometheus"), 9090)
    for role in ("alertmanager", "console"):
        assert opened(platform, "control", role, in_planes | {prometheus}) == {prometheus}
    read = opened(platform, "control", "prometheus", in_planes)
    assert read <= collectors
    assert {(host, port) for host, port in read if host.startswith("planewatch-") and port in (8888, 8889)} == {
        (platform.engine.name(plane, "collector"), port) for plane in PLANES for port in (8888, 8889)
    }


def test_the_flows_that_a_deployment_needs_are_open(platform: Platform) -> None:
    engine = platform.engine
    for plane in PLANES:
        collector = engine.name(plane, "collector")
        assert opened(platform, plane, "api", {(collector, 4317), (collector, 4318)}) == {
            (collector, 4317),
            (collector, 4318),
        }
    alertmanager = (engine.name("control", "alertmanager"), 9093)
    assert opened(platform, "control", "prometheus", {alertmanager}) == {alertmanager}


def test_a_plane_that_claims_to_be_another_is_not_believed(platform: Platform) -> None:
    forger, victim = "dev", "prod"
    points = [
        point
        for index, key in enumerate(IDENTITY_SPELLINGS)
        for point in (
            Point(name=f"forged_resource_{index}", resource={key: victim}),
            Point(name=f"forged_point_{index}", attributes={key: victim}),
            Point(name=f"forged_both_{index}", resource={key: victim}, attributes={key: victim}),
        )
    ]
    points += [
        Point(name=name, resource={"environment": victim}, attributes={"data_plane_id": victim})
        for name in ("up", "orders_created_total", "data_plane:http_server_requests:rate5m", "ALERTS")
    ]
    assert push(platform.outputs.data_planes[forger].otlp_http_url, points).status_code == 200

    def stored(plane: str) -> float:
        return platform.store.value(f'count({{__name__=~"forged_.*", data_plane_id="{plane}"}})') or 0

    wanted = 3 * len(IDENTITY_SPELLINGS)
    wait_until(lambda: stored(forger), lambda seen: seen == wanted, within_s=30, what="forged series stored as dev's")
    assert stored(victim) == 0
    everything = platform.store.get("series", **{"match[]": '{__name__=~"forged_.*"}'})
    assert {(labels["environment"], labels["data_plane_id"]) for labels in everything} == {(forger, forger)}
    # The forged reserved names carry 7: nothing of the victim's does.
    for name in ("up", "orders_created_total", "data_plane:http_server_requests:rate5m", "ALERTS"):
        assert [
            value for _, value in platform.store.vector(f'{{__name__="{name}", data_plane_id="{victim}"}} == 7')
        ] == []


def test_planes_answer_from_networks_of_their_own(platform: Platform) -> None:
    """Two containers share a network only within a plane, or as Prometheus with a collector."""
    services = platform.engine.services()
    members: dict[str, set[str]] = {}
    for name, facts in services.items():
        for network in facts["NetworkSettings"]["Networks"]:
            members.setdefault(network.removeprefix(f"planewatch-{platform.stack.name}-"), set()).add(name)
    wanted = {"control": {f"control-{role}" for role in ("alertmanager", "console", "prometheus")}}
    for plane in PLANES:
        wanted[plane] = {f"{plane}-api", f"{plane}-collector"}
        wanted[f"{plane}-scrape"] = {f"{plane}-collector", "control-prometheus"}
    assert members == wanted
    with ThreadPoolExecutor() as pool:
        names = [f"planewatch-{platform.stack.name}-{plane}-scrape" for plane in PLANES]
        networks = list(pool.map(platform.engine.client.api.inspect_network, names))
    assert all(network["Internal"] for network in networks)
