"""What leaves a stack, and which applications of a plane call one another: what is declared, and nothing else."""

import pulumi
import pytest

from components import roles
from components.application import ApplicationArgs
from components.data_plane import DataPlaneArgs
from components.egress import EVERYWHERE, Egress, to_url
from components.workload import Caller
from tests.components.conftest import Registrations
from tests.components.declaring import declare, is_secret, settings, value_of
from tests.components.fake_platform import FakePlatform


def said(egress: Egress) -> tuple[list[str], list[int]]:
    """Return the networks and ports of a destination."""
    return list(value_of(egress.cidrs)), list(value_of(egress.ports))


@pytest.mark.parametrize(
    ("url", "cidrs", "port"),
    [
        ("https://hooks.example.com/hunter2", EVERYWHERE, 443),
        ("http://hooks.example.com/hunter2", EVERYWHERE, 80),
        ("https://user:hunter2@hooks.example.com:8443/x?y=z", EVERYWHERE, 8443),
        ("http://10.1.2.3:9000/hook", ["10.1.2.3/32"], 9000),
        ("https://[2001:db8::7]/hook", ["2001:db8::7/128"], 443),
        # Not an address to a policy, whatever a resolver makes of it.
        ("http://10.1/hook", EVERYWHERE, 80),
    ],
)
def test_a_url_says_where_it_leads(registrations: Registrations, url: str, cidrs: list[str], port: int) -> None:
    del registrations
    egress = to_url(pulumi.Output.secret(url))
    assert said(egress) == (list(cidrs), [port])
    # Else the preview would hide where alerts go to.
    assert not is_secret(egress.cidrs)
    assert not is_secret(egress.ports)


@pytest.mark.parametrize(
    "url", ["hooks.example.com/hunter2", "ftp://x/hunter2", "https://x:hunter2/", "https://x:99999"]
)
def test_a_url_that_leads_nowhere_is_refused_and_not_repeated(registrations: Registrations, url: str) -> None:
    del registrations
    with pytest.raises(ValueError, match="must be http") as caught:
        value_of(to_url(url).ports)
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_no_ports_would_be_all_and_are_refused() -> None:
    with pytest.raises(ValueError, match=r"ports of an Egress must be ≥ 1 \(got none\)"):
        Egress(ports=())


def test_alerts_leave_to_where_the_webhook_is_and_nothing_else_leaves(platform: FakePlatform) -> None:
    declare(settings(prod={}), platform, webhook=pulumi.Output.secret("https://hooks.example.com/x"))
    leaving = {place: workload.egress for place, workload in platform.workloads.items() if workload.egress}
    assert set(leaving) == {("control", roles.ALERTMANAGER)}
    ((egress,),) = leaving.values()
    assert said(egress) == (list(EVERYWHERE), [443])


def test_alerts_leave_to_where_the_stack_says(platform: FakePlatform) -> None:
    document = {"alerts": {"egress": {"ports": [8443], "cidrs": ["10.9.0.0/16"]}}}
    declare(settings(document, prod={}), platform, webhook=pulumi.Output.secret("https://hooks.example.com/x"))
    (egress,) = platform.workloads["control", roles.ALERTMANAGER].egress
    assert said(egress) == (["10.9.0.0/16"], [8443])


def test_networks_alone_keep_the_port_of_the_webhook(platform: FakePlatform) -> None:
    document = {"alerts": {"egress": {"cidrs": ["10.9.0.0/16"]}}}
    declare(settings(document, prod={}), platform, webhook=pulumi.Output.secret("https://hooks.example.com:8443/x"))
    (egress,) = platform.workloads["control", roles.ALERTMANAGER].egress
    assert said(egress) == (["10.9.0.0/16"], [8443])


def test_without_a_webhook_nothing_leaves(platform: FakePlatform) -> None:
    declare(settings({"alerts": {"egress": {"ports": [8443]}}}, prod={}), platform)
    assert [workload.egress for workload in platform.workloads.values() if workload.egress] == []


def test_an_application_leaves_to_where_the_stack_says(platform: FakePlatform) -> None:
    shop = {"egress": [{}, {"ports": [5432, 5433], "cidrs": ["10.2.0.0/16"]}]}
    declare(settings(prod={"workloads": {"shop": shop, "billing": {}}}), platform)
    first, second = platform.workloads["prod", "shop"].egress
    assert said(first) == ([], [443])
    assert said(second) == (["10.2.0.0/16"], [5432, 5433])
    assert platform.workloads["prod", "billing"].egress == ()


def test_applications_call_those_that_say_so_and_know_where_they_are(platform: FakePlatform) -> None:
    planes = {"workloads": {"shop": {}, "price-list": {"port": 9000, "callers": ["shop"]}}}
    declare(settings(prod=planes, dev={}), platform)
    called = platform.workloads["prod", "price-list"]
    assert called.callers == (Caller(role="shop", port=roles.APPLICATION_PORT),)
    assert called.port(roles.APPLICATION_PORT).number == 9000
    assert platform.workloads["prod", "shop"].environment["PRICE_LIST_URL"] == "http://price-list.prod:9000"
    assert not any(name.endswith("_URL") for name in called.environment)
    assert platform.workloads["prod", "shop"].callers == ()


def test_an_applications_own_address_of_another_wins(platform: FakePlatform) -> None:
    shop = {"environmentVariables": {"BILLING_URL": "http://elsewhere"}}
    declare(settings(prod={"workloads": {"shop": shop, "billing": {"callers": ["shop"]}}}), platform)
    assert platform.workloads["prod", "shop"].environment["BILLING_URL"] == "http://elsewhere"


def test_a_caller_that_is_not_there_is_refused() -> None:
    applications = {"shop": ApplicationArgs(image="shop:1", callers=["web"]), "till": ApplicationArgs(image="till:1")}
    with pytest.raises(ValueError, match=r"callers of shop must be applications of the plane: shop, till \(got web\)"):
        DataPlaneArgs(applications=applications, api_port=1, otlp_http_port=2)
