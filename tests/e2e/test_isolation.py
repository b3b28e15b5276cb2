"""Isolation of planes on Docker: networks of their own, and a host that admits none through its own ports."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.deployments import Role
from tests.deployments.docker import PLANES, DockerDeployment, published_ports

INSIDERS = [Role(zone=plane, name=name) for plane in PLANES for name in ("api", "collector")]


@pytest.mark.parametrize("role", INSIDERS, ids=str)
def test_a_plane_reaches_no_published_port_through_the_host(platform: DockerDeployment, role: Role) -> None:
    published = published_ports(platform)
    assert len({port for _, port in published}) == 3 + 2 * len(PLANES)
    with platform.inside(role) as inside:
        # Its own collector is tried along with the rest: were the attempt itself broken, that would not open either.
        collector = (platform.engine.name(role.zone, "collector"), 4318)
        assert inside.opened(published | {collector}) == {collector}


def test_prometheus_listens_on_the_control_network_only(platform: DockerDeployment) -> None:
    store, collector = Role(zone="control", name="prometheus"), Role(zone=PLANES[0], name="collector")
    # Its name and an address on each network of a plane, beside the one on its own.
    assert len(platform.addresses(store, collector)) == 2 + len(PLANES)
    with platform.inside(store) as inside:
        assert inside.listening() == {9090}


def test_planes_answer_from_networks_of_their_own(platform: DockerDeployment) -> None:
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
