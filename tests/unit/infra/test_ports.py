"""A port that is really taken is told, with who has it when the engine knows."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pulumi
import pytest

from config.load import Stack
from config.settings import StackSettings
from infra.platforms.docker.ports import refuse_taken_ports
from tests.harness.ports import free_ports


def a_stack(bind_address: str = "127.0.0.1") -> tuple[Stack, dict[str, int]]:
    """Return a stack of one plane on free ports, and its ports by place."""
    console, prometheus, alertmanager, api, otlp = free_ports(5)
    settings = StackSettings.model_validate(
        {
            "controlPlane": {"consolePort": console, "prometheusPort": prometheus, "alertmanagerPort": alertmanager},
            "dataPlanes": {"prod": {"apiPort": api, "otlpHttpPort": otlp}},
            "docker": {"bindAddress": bind_address},
        }
    )
    return Stack(name="sample", settings=settings, alert_webhook_url=None), dict(settings.published_ports())


@contextmanager
def listening(*ports: int) -> Iterator[None]:
    servers = [socket.create_server(("127.0.0.1", port)) for port in ports]
    try:
        yield
    finally:
        for server in servers:
            server.close()


def test_free_ports_pass() -> None:
    refuse_taken_ports(a_stack()[0])


@pytest.mark.parametrize("bind_address", ["127.0.0.1", "0.0.0.0"])  # noqa: S104  one port more is asked, none opened
def test_every_taken_port_is_reported_with_its_setting(bind_address: str) -> None:
    stack, ports = a_stack(bind_address)
    taken = {place: ports[place] for place in ("controlPlane.consolePort", "dataPlanes.prod.apiPort")}
    with listening(*taken.values()), pytest.raises(pulumi.RunError) as caught:
        refuse_taken_ports(stack)
    head, *lines = str(caught.value).splitlines()
    assert head == "ports are taken; nothing was changed:"
    assert len(lines) == 2
    for line, (place, port) in zip(lines, taken.items(), strict=True):
        assert f"stacks/Pulumi.sample.yaml: planewatch:{place} is {port}, which another program holds" in line
        assert f"set planewatch:{place} to another port" in line


def test_a_closing_connection_does_not_hold_a_port() -> None:
    stack, ports = a_stack()
    port = ports["dataPlanes.prod.apiPort"]
    with socket.create_server(("127.0.0.1", port)) as server:
        client = socket.create_connection(("127.0.0.1", port))
        accepted, _ = server.accept()
        accepted.close()  # the side that closes first keeps the port in TIME_WAIT
        client.close()
    refuse_taken_ports(stack)


def test_an_engine_on_another_machine_has_ports_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    stack, ports = a_stack()
    monkeypatch.setenv("DOCKER_HOST", "tcp://192.0.2.1:2376")
    with listening(ports["dataPlanes.prod.apiPort"]):
        refuse_taken_ports(stack)
