"""What a stack declares: zones, services, who may call whom, and what is told to people."""

from dataclasses import replace
from typing import Any

import pytest

from components import roles
from components.platform import MetricsStore
from components.workload import Audience, Workload
from config.packs.expected import ExpectedPlane
from tests.components.conftest import Registrations
from tests.components.declaring import declare, settings, value_of
from tests.components.fake_platform import EDGE, FakePlatform

CONTROL = "control"


def flows(platform: FakePlatform) -> set[tuple[str, str, str, str, str]]:
    """Return every declared flow: caller's zone and role, called zone, role and port."""
    return {
        (caller.zone or zone, caller.role, zone, role, caller.port)
        for (zone, role), workload in platform.workloads.items()
        for caller in workload.callers
    }


def test_a_plane_is_a_zone_with_a_collector_and_its_applications(
    platform: FakePlatform, registrations: Registrations
) -> None:
    declare(settings(prod={}, dev={"environment": "staging"}), platform)
    assert {name: spec.environment for name, spec in platform.zones.items()} == {
        "prod": "prod",
        "dev": "staging",
        CONTROL: None,
    }
    assert set(platform.workloads) == {
        ("prod", "api"),
        ("prod", "collector"),
        ("dev", "api"),
        ("dev", "collector"),
        (CONTROL, "alertmanager"),
        (CONTROL, "console"),
    }
    assert sorted(registrations.made) == [
        ("planewatch:components:ControlPlane", CONTROL),
        ("planewatch:components:DataPlane", "dev"),
        ("planewatch:components:DataPlane", "prod"),
    ]


def test_everything_is_a_child_of_its_component(platform: FakePlatform) -> None:
    topology = declare(settings(prod={}), platform)
    plane, control = topology.data_planes["prod"], topology.control_plane
    assert {name for name, parent in platform.parents.items() if parent is plane} == {
        "prod",
        "prod-api",
        "prod-collector",
        "prod-ingest",
    }
    assert {name for name, parent in platform.parents.items() if parent is control} == {
        CONTROL,
        "store",
        "control-alertmanager",
        "control-console",
    }


def test_no_flow_goes_from_plane_to_plane(platform: FakePlatform) -> None:
    declare(settings(prod={}, dev={}, qa={}), platform)
    across = {flow for flow in flows(platform) if flow[0] != flow[2]}
    assert across == {
        (CONTROL, roles.PROMETHEUS, plane, roles.COLLECTOR, port)
        for plane in ("prod", "dev", "qa")
        for port in ("metrics", "telemetry")
    }


def test_every_caller_is_there(platform: FakePlatform) -> None:
    declare(settings(prod={"workloads": {"shop": {}, "billing": {}}}), platform)
    present = {*platform.workloads, (CONTROL, roles.PROMETHEUS)}
    assert {(zone, role) for zone, role, *_ in flows(platform)} <= present
    senders = {flow[1] for flow in flows(platform) if flow[4] == "otlp-http"}
    assert senders == {"shop", "billing"}


def test_the_store_reads_every_plane_and_knows_alertmanager(platform: FakePlatform) -> None:
    said = settings(
        {"controlPlane": {"retention": "3d", "retentionSize": "1GB", "scrapeIntervalSeconds": 7}}, prod={}, dev={}
    )
    declare(said, platform)
    (store,) = platform.stores
    assert {plane.zone.spec.name for plane in store.planes} == {"prod", "dev"}
    assert all(plane.collector.workload.role == roles.COLLECTOR for plane in store.planes)
    assert (store.retention, store.retention_size, store.scrape_interval_s) == ("3d", "1GB", 7)
    assert store.published_port == 9090
    assert len(store.alertmanagers) == 1
    assert store.alertmanagers[0].endswith(f":{roles.ALERTMANAGER_HTTP}")
    assert store.rules


def test_alert_limits_of_the_stack_reach_the_rules(platform: FakePlatform) -> None:
    declare(settings({"alerts": {"errorRatio": 0.123, "latencyP95Seconds": 4.56}}, prod={}), platform)
    text = "".join(rule.text for rule in platform.stores[0].rules)
    assert [text.count(f" > {limit} and ") for limit in (0.123, 4.56)] == [1, 1]


def test_what_the_stack_expects_of_each_plane_reaches_the_rules(platform: FakePlatform) -> None:
    document = {"alerts": {"errorRatio": 0.25, "latencyP95Seconds": 2.5}}
    declare(settings(document, prod={"silence": "normal"}, dev={"environment": "staging"}), platform)
    (store,) = platform.stores
    dev = ExpectedPlane(
        data_plane_id="dev", environment="staging", error_ratio=0.25, latency_p95_s=2.5, workloads={"api": 1}
    )
    assert store.expected == (dev, replace(dev, data_plane_id="prod", environment="prod", silence_is_normal=True))
    before = {rule.name for rule in store.rules}
    complete = store.expecting(prometheus=1)
    (added,) = [rule for rule in complete.rules if rule.name not in before]
    assert added.name == "expected.rules.yaml"
    assert "vector(0.25)" in added.text
    assert '"prometheus"' in added.text


def test_a_plane_that_writes_has_one_writer_whatever_its_replicas(registrations: Registrations) -> None:
    del registrations
    platform = FakePlatform(write=True)
    declare(settings(prod={}), platform)
    assert [plane.collectors for plane in platform.stores[0].expected] == [1]


def test_replicas_of_alertmanager_gossip_with_one_another_only(registrations: Registrations) -> None:
    del registrations
    platform = FakePlatform(copies=2)
    declare(settings(prod={}), platform)
    workload = platform.workloads[CONTROL, roles.ALERTMANAGER]
    assert (CONTROL, roles.ALERTMANAGER, CONTROL, roles.ALERTMANAGER, "gossip") in flows(platform)
    assert sum("--cluster.peer" in word for word in workload.command) == 2
    assert len(platform.stores[0].alertmanagers) == 2


def test_only_the_first_application_is_for_people_outside(platform: FakePlatform) -> None:
    topology = declare(settings(prod={"workloads": {"shop": {"port": 9000}, "billing": {}}}), platform)
    shop, billing = platform.workloads["prod", "shop"], platform.workloads["prod", "billing"]
    assert (shop.port("http").number, shop.port("http").published) == (9000, 8100)
    assert shop.port("http").audience is Audience.NETWORK
    assert (billing.port("http").published, billing.port("http").audience) == (None, Audience.INSIDE)
    plane = topology.data_planes["prod"]
    assert value_of(plane.api_url) == f"{EDGE}:8100"
    assert value_of(plane.otlp_http_url) == f"{EDGE}:4400"


def test_the_stack_tells_what_shows_that_an_application_is_healthy(platform: FakePlatform) -> None:
    said = settings(prod={"workloads": {"shop": {"healthPath": "/live/z?full=1"}, "billing": {}}}, dev={})
    planes = declare(said, platform).data_planes
    assert value_of(planes["prod"].api_health_url) == f"{EDGE}:8100/live/z?full=1"
    assert value_of(planes["dev"].api_health_url) == f"{EDGE}:8101/health"


@pytest.mark.parametrize(("write", "url"), [(False, f"{EDGE}:9090/-/ready"), (True, f"{EDGE}:8080/readyz")])
def test_the_stack_tells_what_shows_that_queries_are_answered(
    write: bool,
    url: str,
    registrations: Registrations,
) -> None:
    del registrations
    control = declare(settings(prod={}), FakePlatform(write=write)).control_plane
    assert value_of(control.query_health_url) == url


def test_a_store_that_wants_signed_requests_is_asked_by_the_console(
    platform: FakePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = platform.metrics_store

    def signed(*args: Any, **more: Any) -> Any:
        found = usual(*args, **more)
        assert isinstance(found, MetricsStore)
        return replace(found, ready_path=None)

    monkeypatch.setattr(platform, "metrics_store", signed)
    control = declare(settings(prod={}), platform).control_plane
    assert value_of(control.query_url) == f"{EDGE}:9090"
    assert value_of(control.query_health_url) == f"{EDGE}:8080/readyz"


def test_the_console_counts_the_clients_of_an_edge(registrations: Registrations) -> None:
    del registrations
    edge = {"ingress": {"domain": "watch.example.com", "controllerNamespace": "edge"}}
    for platform, kubernetes, proxies in (
        ("kubernetes", edge, "1"),
        ("kubernetes", {}, None),
        ("docker", edge, None),
    ):
        fake = FakePlatform()
        declare(settings({"platform": platform, "kubernetes": kubernetes}, prod={}), fake)
        assert fake.workloads[CONTROL, roles.CONSOLE].environment.get("PROXIES") == proxies


def test_the_control_plane_tells_people_where_it_is(platform: FakePlatform) -> None:
    control = declare(settings({"controlPlane": {"consolePort": 8088, "prometheusPort": 9099}}, prod={}), platform)
    assert value_of(control.control_plane.console_url) == f"{EDGE}:8088"
    assert value_of(control.control_plane.query_url) == f"{EDGE}:9099"


def test_the_order_of_planes_changes_nothing(registrations: Registrations) -> None:
    del registrations
    one, other = FakePlatform(), FakePlatform()
    said = settings(prod={}, dev={}, qa={})
    turned = said.model_copy(update={"data_planes": dict(reversed(said.data_planes.items()))})
    declare(said, one)
    declare(turned, other)
    assert list(one.workloads) == list(other.workloads)
    assert [plane.zone.spec.name for plane in one.stores[0].planes] == [
        plane.zone.spec.name for plane in other.stores[0].planes
    ]


@pytest.fixture
def services(platform: FakePlatform) -> dict[tuple[str, str], Workload]:
    declare(settings(prod={"workloads": {"api": {}, "worker": {}}}), platform)
    return platform.workloads


def test_every_service_is_hardened_and_probed(services: dict[tuple[str, str], Workload]) -> None:
    for workload in services.values():
        uid, _, gid = workload.user.partition(":")
        assert int(uid) > 0
        assert int(gid) > 0
        assert workload.resources.memory_mib > 0
        assert workload.resources.cpus > 0
        assert workload.port(workload.probe.port).number > 0
        assert workload.probe.path.startswith("/")
