"""A service listens on more than one port; its callers reach all of them and are told where they are."""

from typing import Any

import pulumi
import pytest

from components import roles
from components.application import ApplicationArgs
from components.data_plane import DataPlane, DataPlaneArgs
from components.workload import Caller
from infra.platforms.kubernetes.args import KubernetesPlatformArgs
from infra.platforms.kubernetes.platform import KubernetesPlatform
from tests.components.declaring import declare, settings
from tests.components.fake_platform import FakePlatform
from tests.components.on_kubernetes import Cluster
from tests.harness.mocked import use_mocks
from tests.unit.config.documents import changed, faults

PLACE = "stacks/Pulumi.sample.yaml: planewatch:dataPlanes.prod"


def test_callers_reach_every_port_and_know_where_it_is(platform: FakePlatform) -> None:
    prices = {"port": 9000, "ports": {"grpc": 9001, "admin-api": 9002}, "callers": ["shop"]}
    declare(settings(prod={"workloads": {"shop": {}, "price-list": prices, "till": {}}}), platform)
    called = platform.workloads["prod", "price-list"]
    assert {port.name: port.number for port in called.ports} == {"http": 9000, "grpc": 9001, "admin-api": 9002}
    assert called.callers == tuple(Caller(role="shop", port=name) for name in ("http", "grpc", "admin-api"))
    shop, till = (platform.workloads["prod", role].environment for role in ("shop", "till"))
    assert {name: value for name, value in shop.items() if name.startswith("PRICE_LIST")} == {
        "PRICE_LIST_URL": "http://price-list.prod:9000",
        "PRICE_LIST_GRPC_ADDRESS": "price-list.prod:9001",
        "PRICE_LIST_ADMIN_API_ADDRESS": "price-list.prod:9002",
    }
    assert not any(name.startswith("PRICE_LIST") for name in till)


def test_only_the_first_port_of_the_first_workload_is_for_clients_outside(platform: FakePlatform) -> None:
    declare(settings(prod={"workloads": {"shop": {"ports": {"grpc": 9001}}}}), platform)
    assert [port.name for port in platform.workloads["prod", "shop"].outside] == [roles.APPLICATION_PORT]


def test_on_a_cluster_the_service_and_the_policies_have_every_port() -> None:
    use_mocks(cluster := Cluster())

    def program() -> None:
        prices = ApplicationArgs(image="example/prices:1.0", port=9000, ports={"grpc": 9001}, callers=["shop"])
        shop = ApplicationArgs(image="example/shop:1.0")
        args = DataPlaneArgs(applications={"shop": shop, "prices": prices}, api_port=8081, otlp_http_port=4381)
        DataPlane("eu", args, platform=KubernetesPlatform("theirs", KubernetesPlatformArgs()))

    pulumi.runtime.test(program)()  # type: ignore[no-untyped-call]  # the SDK leaves its decorator untyped
    ports = cluster.one("Service", "eu-prices-service")["spec"]["ports"]
    assert {port["name"]: port["port"] for port in ports} == {"http": 9000, "grpc": 9001}
    (container,) = cluster.one("Deployment", "eu-prices")["spec"]["template"]["spec"]["containers"]
    assert [port["containerPort"] for port in container["ports"]] == [9000, 9001]
    entered = cluster.one("NetworkPolicy", "eu-prices-callers")["spec"]["ingress"]
    assert [port["port"] for rule in entered for port in rule["ports"]] == [9000, 9001]
    (left,) = cluster.one("NetworkPolicy", "eu-prices-from-eu-shop")["spec"]["egress"]
    assert [port["port"] for port in left["ports"]] == [9000, 9001]


@pytest.mark.parametrize(
    ("workload", "says"),
    [
        ({"ports": {"http": 9000}}, ": ports.http must be left out; it is the name of `port`"),
        ({"ports": {"grpc": 8000}}, ": ports.grpc must differ from port (got 8000)"),
        ({"ports": {"a": 9000, "b": 9000}}, ": ports.b must differ from ports.a (got 9000)"),
        ({"ports": {"gRPC": 9000}}, ".ports.gRPC: this name must be a port's name: lower-case letters, digits and "),
        ({"ports": {"a--b": 9000}}, ".ports.a--b: this name must be a port's name: lower-case letters, digits and "),
        ({"ports": {"a-name-too-long-": 9000}}, ".ports.a-name-too-long-: this name must "),
        ({"ports": {"grpc": 0}}, ".ports.grpc must be ≥ 1 (got 0)"),
    ],
)
def test_ports_that_cannot_be_are_refused(workload: Any, says: str) -> None:
    (fault,) = faults(changed("dataPlanes.prod.workloads", {"api": workload}))
    assert fault.startswith(f"{PLACE}.workloads.api{says}")


def test_two_ports_that_a_caller_would_find_by_one_variable_are_refused() -> None:
    workloads = {
        "shop": {},
        "a": {"ports": {"b-c": 9000}, "callers": ["shop"]},
        "a-b": {"ports": {"c": 9001}, "callers": ["shop"]},
    }
    (fault,) = faults(changed("dataPlanes.prod.workloads", workloads))
    assert fault == (
        f"{PLACE}: workloads.a.ports.b-c and workloads.a-b.ports.c would both be A_B_C_ADDRESS of shop; rename one"
    )


def test_a_port_named_twice_is_refused(platform: FakePlatform) -> None:
    twice = ApplicationArgs(image="example/shop:1.0", ports={"http": 9000})
    args = DataPlaneArgs(applications={"shop": twice}, api_port=8081, otlp_http_port=4381)
    with pytest.raises(ValueError, match=r"workload shop: each port needs a name of its own \(got http twice\)"):
        DataPlane("eu", args, platform=platform)
