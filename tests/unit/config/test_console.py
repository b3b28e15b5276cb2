"""Settings on who may reach the console: a login that is named, or none that is said aloud, never both."""

from typing import Any

import pulumi
import pytest
from pydantic import ValidationError

from config.load import Stack
from config.settings import StackSettings
from infra.platforms.docker.of_stack import docker_platform
from infra.platforms.eks import checks
from infra.platforms.eks.shared import SharedWorkspace
from infra.platforms.kubernetes.doors import refuse_open_console
from tests.unit.config.aws.documents import stack as on_aws

EDGE = {"domain": "watch.example.com", "controllerNamespace": "ingress"}
ANSWERS: list[dict[str, Any]] = [{"authentication": "oauth2-proxy"}, {"unauthenticated": True}]
NONE: list[dict[str, Any]] = [{}, {"unauthenticated": False}, {"hostNames": ["console.example.com"]}]


def settings(console: dict[str, Any], **more: Any) -> StackSettings:
    planes = {"prod": {"apiPort": 8081, "otlpHttpPort": 4381}}
    return StackSettings.model_validate({"controlPlane": {"console": console}, "dataPlanes": planes, **more})


def a_stack(said: StackSettings) -> Stack:
    return Stack(name="sample", settings=said, alert_webhook_url=None)


@pytest.mark.parametrize("name", ["oauth2-proxy", "Traefik forward-auth", "nginx auth_url + dex 2.43"])
def test_a_login_has_a_name(name: str) -> None:
    assert settings({"authentication": name}).control_plane.console.authentication == name


@pytest.mark.parametrize("word", ["none", "None", "NO", "off", "unauthenticated", "null"])
def test_a_word_for_nothing_names_no_login(word: str) -> None:
    with pytest.raises(ValidationError, match="if nothing does, set unauthenticated: true instead"):
        settings({"authentication": word})


@pytest.mark.parametrize("name", ["", " ", "a\nb", "-", "x" * 61, True, None])
def test_what_cannot_be_shown_is_no_name(name: object) -> None:
    if name is None:
        assert settings({"authentication": None}).control_plane.console.authentication is None
        return
    with pytest.raises(ValidationError):
        settings({"authentication": name})


def test_both_at_once_contradict_each_other() -> None:
    with pytest.raises(ValidationError, match="authentication and unauthenticated: true exclude each other"):
        settings({"authentication": "oauth2-proxy", "unauthenticated": True})


@pytest.mark.parametrize("console", NONE)
@pytest.mark.parametrize("address", ["0.0.0.0", "192.0.2.1", "::", "2001:db8::1"])  # noqa: S104  told, not listened on
def test_a_port_that_others_reach_is_refused_on_docker(address: str, console: dict[str, Any]) -> None:
    with pytest.raises(pulumi.RunError) as caught:
        docker_platform(a_stack(settings(console, docker={"bindAddress": address})))
    place = f"stacks/Pulumi.sample.yaml: planewatch:docker.bindAddress is {address}, so other machines reach"
    assert str(caught.value).startswith(place)
    for way in ("controlPlane.console.authentication", "controlPlane.console.unauthenticated: true"):
        assert f"planewatch:{way}" in str(caught.value)


@pytest.mark.parametrize("console", ANSWERS)
def test_a_port_that_others_reach_is_published_once_the_stack_answers_for_it(console: dict[str, Any]) -> None:
    docker_platform(a_stack(settings(console, docker={"bindAddress": "192.0.2.1"})))


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1"])
def test_a_port_of_this_machine_alone_needs_no_answer(address: str) -> None:
    docker_platform(a_stack(settings({}, docker={"bindAddress": address})))


def test_an_edge_is_refused_until_the_stack_answers_for_it() -> None:
    for console in NONE:
        with pytest.raises(pulumi.RunError, match=r"planewatch:kubernetes\.ingress publishes the console, so other"):
            refuse_open_console(a_stack(settings(console, platform="kubernetes", kubernetes={"ingress": EDGE})))
        refuse_open_console(a_stack(settings(console, platform="kubernetes")))
    for console in ANSWERS:
        refuse_open_console(a_stack(settings(console, platform="kubernetes", kubernetes={"ingress": EDGE})))


def test_on_aws_it_is_told_with_everything_else_that_does_not_fit() -> None:
    document = {**on_aws(), "kubernetes": {"ingress": EDGE}}
    document["alerts"] = {"egress": {}}
    stack = a_stack(StackSettings.model_validate(document))
    with pytest.raises(pulumi.RunError) as caught:
        checks.refuse_unfit_stack(stack, checks.required_settings(stack), SharedWorkspace.planned(stack))
    assert "planewatch:kubernetes.ingress publishes the console, so other machines reach" in str(caught.value)
    assert "planewatch:alerts.egress is set" in str(caught.value)
