"""Who reaches the console, on each platform: refused by accident, said everywhere on purpose."""

import json
from dataclasses import replace
from typing import Any, Literal

import pytest

from components import roles
from components.application import ApplicationArgs
from components.control_plane import ControlPlane, ControlPlaneArgs
from components.data_plane import DataPlane, DataPlaneArgs
from components.front import Access, Front, Login
from config.images import CONSOLE
from infra.platforms.docker.platform import DockerPlatform, DockerPlatformArgs
from infra.platforms.kubernetes.args import EdgeArgs, KubernetesPlatformArgs
from infra.platforms.kubernetes.platform import KubernetesPlatform
from tests.components.conftest import Registrations
from tests.components.fake_platform import FakePlatform
from tests.components.on_kubernetes import Cluster, run
from tests.harness.mocked import use_mocks

OPEN = Front(hosts=("console.example.com",), opened_at="https://console.example.com")
EDGE = EdgeArgs(
    domain="watch.example.com", controller_namespace="edge", certificate="secret", secret_name="s", secret_namespace="n"
)


def test_an_open_console_without_an_answer_is_refused() -> None:
    with pytest.raises(ValueError, match=r"other machines reach the console at https://console\.example\.com and it"):
        Access(front=OPEN)
    assert Access().kind == "local"


@pytest.mark.parametrize(
    ("access", "kind", "by", "note"),
    [
        (Access(login=Login(by="oauth2-proxy")), "local", None, None),
        (Access(login=Login()), "local", None, None),
        (
            Access(front=OPEN, login=Login()),
            "open",
            None,
            "the console at https://console.example.com has no login: anyone who reaches it can read everything there",
        ),
        (
            Access(front=Front(opened_at="192.0.2.1", beside=("Prometheus", "Alertmanager")), login=Login(by="dex")),
            "authenticated",
            "dex",
            (
                "the console at 192.0.2.1 has no login of its own: dex must authenticate people before it; the same"
                " goes for Prometheus and Alertmanager"
            ),
        ),
    ],
)
def test_what_is_said_of_it(access: Access, kind: str, by: str | None, note: str | None) -> None:
    said = {"kind": kind, "authentication": by, "note": note}
    assert access.outputs == {key: value for key, value in said.items() if value is not None}
    assert access.environment["ACCESS"] == kind
    assert access.environment.get("AUTHENTICATION") == by


def test_the_console_s_variables() -> None:
    front = Front(hosts=("b.example", "a.example"), opened_at="https://b.example", has_trusted_tls=True)
    found = Access(front=front, login=Login(by="dex"), hosts=("c.example", "a.example")).environment
    assert json.loads(found["HOST_NAMES"]) == ["a.example", "b.example", "c.example"]
    assert found["HSTS_SECONDS"] == "31536000"
    assert "HSTS_SECONDS" not in Access(front=OPEN, login=Login()).environment


@pytest.mark.parametrize("login", [None, Login(), Login(by="dex")])
def test_a_control_plane_says_who_reaches_its_console(login: Login | None, registrations: Registrations) -> None:
    del registrations
    platform = FakePlatform(opened_at="192.0.2.1")
    args: ControlPlaneArgs[Any] = ControlPlaneArgs(
        planes=(), console_image=CONSOLE, login=login, host_names=("w.example",)
    )
    if login is None:
        with pytest.raises(ValueError, match="login of ControlPlaneArgs must say"):
            run(lambda: ControlPlane("control", args, platform=platform))
        # Before anything of it exists.
        assert platform.zones == {}
        return
    made: list[ControlPlane] = []
    run(lambda: made.append(ControlPlane("control", args, platform=platform)))
    assert made[0].console_access["kind"] == ("authenticated" if login.by else "open")
    environment = platform.workloads["control", roles.CONSOLE].environment
    assert json.loads(environment["HOST_NAMES"]) == ["console.control", "w.example"]


@pytest.mark.parametrize(
    ("address", "machine", "hosts", "opened"),
    [
        ("127.0.0.1", None, ("planewatch-x-control-console",), None),
        ("::1", None, ("planewatch-x-control-console",), None),
        ("0.0.0.0", None, ("planewatch-x-control-console",), "0.0.0.0"),  # noqa: S104  told, not listened on
        ("192.0.2.1", "build-box", ("planewatch-x-control-console", "build-box"), "192.0.2.1"),
    ],
)
def test_on_docker(address: str, machine: str | None, hosts: tuple[str, ...], opened: str | None) -> None:
    platform = DockerPlatform("x", DockerPlatformArgs(bind_address=address, machine=machine))
    found = platform.front(roles.CONSOLE, "control")
    assert (found.hosts, found.opened_at, found.has_trusted_tls) == (hosts, opened, False)
    assert found.beside == ("Prometheus", "Alertmanager")


@pytest.mark.parametrize(("edge", "trusted"), [(None, False), (EDGE, True)])
def test_on_kubernetes(edge: EdgeArgs | None, trusted: bool) -> None:
    found = KubernetesPlatform("x", KubernetesPlatformArgs(edge=edge)).front(roles.CONSOLE, "control")
    service = "console.planewatch-x-control"
    inside = (service, f"{service}.svc", f"{service}.svc.cluster.local")
    if edge is None:
        assert found == Front(hosts=inside)
        return
    assert found.hosts == (*inside, "console.watch.example.com")
    assert (found.opened_at, found.has_trusted_tls, found.beside) == ("https://console.watch.example.com", trusted, ())


def test_a_self_signed_certificate_is_not_one_that_browsers_shall_insist_on() -> None:
    edge = EdgeArgs(domain="watch.example.com", controller_namespace="edge")
    found = KubernetesPlatform("x", KubernetesPlatformArgs(edge=edge)).front(roles.CONSOLE, "control")
    assert found.opened_at is not None
    assert not found.has_trusted_tls


@pytest.mark.parametrize("kind", ["ingress", "gateway"])
def test_what_asks_for_the_login_is_on_the_console_s_route_alone(kind: Literal["ingress", "gateway"]) -> None:
    use_mocks(cluster := Cluster())
    login = {"example.com/login": "required"}
    edge = replace(EDGE, kind=kind, class_name="public", console_annotations=login)

    def program() -> None:
        platform = KubernetesPlatform("x", KubernetesPlatformArgs(control_plane="watch", edge=edge))
        # A plane may call a service of its own "console".
        applications = {"console": ApplicationArgs(image="example/shop:1.0")}
        own = DataPlaneArgs(applications=applications, api_port=1, otlp_http_port=2, control_plane="watch")
        eu = DataPlane("eu", own, platform=platform)
        args = ControlPlaneArgs(
            planes=[eu.watched], console_image="example/console:1.0", login=Login(by="oauth2-proxy")
        )
        ControlPlane("watch", args, platform=platform)

    run(program)
    routes = {
        each.inputs["metadata"]["namespace"]: each.inputs["metadata"]["annotations"]
        for each in cluster.objects
        if each.typ.endswith((":Ingress", ":HTTPRoute"))
    }
    assert sorted(routes) == ["planewatch-x-eu", "planewatch-x-watch"]
    named = [namespace for namespace, annotations in routes.items() if "example.com/login" in annotations]
    assert named == ["planewatch-x-watch"]
