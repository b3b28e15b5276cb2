"""What leaves a workload on Kubernetes: rules for what it declares, and never the nodes' own addresses."""

from ipaddress import ip_address, ip_network
from typing import Any

import pulumi
import pytest

from components.application import ApplicationArgs
from components.control_plane import ControlPlane, ControlPlaneArgs
from components.data_plane import DataPlane, DataPlaneArgs
from components.egress import Egress
from infra.platforms.kubernetes.platform import KubernetesPlatform
from tests.components.on_kubernetes import Cluster, run
from tests.harness.mocked import use_mocks

METADATA = ("169.254.169.254", "fd00:ec2::254")
PRIVATE = ("10.1.2.3", "172.20.0.1", "192.168.1.1", "100.64.0.1", "fd12::1")
PUBLIC = ("203.0.113.7", "8.8.8.8", "2606:4700::1111")


@pytest.fixture
def cluster() -> Cluster:
    found = Cluster()
    use_mocks(found)
    return found


def declare(applications: dict[str, ApplicationArgs], webhook: str | None = None) -> None:
    platform = KubernetesPlatform("own")
    plane = DataPlane("eu", DataPlaneArgs(applications=applications, api_port=1, otlp_http_port=2), platform=platform)
    ControlPlane(
        "control",
        ControlPlaneArgs(
            planes=[plane.watched],
            console_image="example/console:1.0",
            alert_webhook_url=pulumi.Output.secret(webhook) if webhook else None,
        ),
        platform=platform,
    )


def rules(cluster: Cluster, name: str) -> list[dict[str, Any]]:
    """Return the egress rules of a policy, once sure that it selects one workload and speaks of egress alone."""
    policy = cluster.one("NetworkPolicy", name)
    zone, role, _ = name.split("-", maxsplit=2)
    assert policy["metadata"]["namespace"] == f"planewatch-own-{zone}"
    assert policy["spec"]["policyTypes"] == ["Egress"]
    assert policy["spec"]["podSelector"]["matchLabels"]["app.kubernetes.io/component"] == role
    assert "ingress" not in policy["spec"]
    found: list[dict[str, Any]] = policy["spec"]["egress"]
    return found


def admits(rule: dict[str, Any], address: str) -> bool:
    """Tell whether a rule lets through to an address, as Kubernetes reads it."""
    sought = ip_address(address)
    return any(
        sought in ip_network(peer["ipBlock"]["cidr"])
        and not any(sought in ip_network(each) for each in peer["ipBlock"].get("except") or [])
        for peer in rule["to"]
    )


def test_an_application_leaves_to_the_internet_and_to_what_it_names(cluster: Cluster) -> None:
    egress = (Egress(), Egress(ports=(5432,), cidrs=("10.2.0.0/16", "2001:db8::/32")))
    run(lambda: declare({"shop": ApplicationArgs(image="shop:1", egress=egress), "till": ApplicationArgs(image="t:1")}))
    internet, own = rules(cluster, "eu-shop-egress")
    assert internet["ports"] == [{"port": 443, "protocol": "TCP"}]
    assert [address for address in (*PUBLIC, *PRIVATE, *METADATA) if admits(internet, address)] == list(PUBLIC)
    assert own["ports"] == [{"port": 5432, "protocol": "TCP"}]
    assert own["to"] == [{"ipBlock": {"cidr": "10.2.0.0/16"}}, {"ipBlock": {"cidr": "2001:db8::/32"}}]
    left = [each.name for each in cluster.objects if each.name.endswith("-egress")]
    assert left == ["eu-shop-egress"]


def test_alerts_leave_to_a_host_name_at_its_port_but_not_to_the_nodes_metadata(cluster: Cluster) -> None:
    run(lambda: declare({"shop": ApplicationArgs(image="shop:1")}, "https://hooks.example.com:8443/hunter2"))
    (rule,) = rules(cluster, "control-alertmanager-egress")
    assert rule["ports"] == [{"port": 8443, "protocol": "TCP"}]
    # A receiver may be in a private network, and nobody can see that in its name.
    assert all(admits(rule, address) for address in (*PUBLIC, *PRIVATE))
    assert not any(admits(rule, address) for address in METADATA)


def test_alerts_leave_to_an_address_alone(cluster: Cluster) -> None:
    run(lambda: declare({"shop": ApplicationArgs(image="shop:1")}, "http://10.9.8.7:9000/hunter2"))
    (rule,) = rules(cluster, "control-alertmanager-egress")
    assert rule == {"to": [{"ipBlock": {"cidr": "10.9.8.7/32"}}], "ports": [{"port": 9000, "protocol": "TCP"}]}


def test_nobody_else_gets_out(cluster: Cluster) -> None:
    run(lambda: declare({"shop": ApplicationArgs(image="shop:1")}, "http://10.9.8.7:9000/hunter2"))
    out = {
        each.name
        for each in cluster.objects
        for rule in each.inputs.get("spec", {}).get("egress", [])
        if any("ipBlock" in peer for peer in rule["to"])
    }
    assert out == {"control-alertmanager-egress", "control-prometheus-to-api-server"}
    (rule,) = rules(cluster, "control-prometheus-to-api-server")
    assert not any(admits(rule, address) for address in METADATA)


def test_a_sibling_is_let_in_where_it_is_declared(cluster: Cluster) -> None:
    applications = {
        "shop": ApplicationArgs(image="shop:1"),
        "till": ApplicationArgs(image="till:1", port=9000, callers=["shop"]),
    }
    run(lambda: declare(applications))
    (ingress,) = cluster.one("NetworkPolicy", "eu-till-callers")["spec"]["ingress"]
    (peer,) = ingress["from"]
    assert peer["namespaceSelector"]["matchLabels"] == {"kubernetes.io/metadata.name": "planewatch-own-eu"}
    assert peer["podSelector"]["matchLabels"]["app.kubernetes.io/component"] == "shop"
    assert ingress["ports"] == [{"port": 9000, "protocol": "TCP"}]
    (egress,) = cluster.one("NetworkPolicy", "eu-till-from-eu-shop")["spec"]["egress"]
    assert egress["ports"] == ingress["ports"]
    (container,) = cluster.one("Deployment", "eu-shop")["spec"]["template"]["spec"]["containers"]
    assert {"name": "TILL_URL", "value": "http://till.planewatch-own-eu.svc:9000"} in container["env"]
