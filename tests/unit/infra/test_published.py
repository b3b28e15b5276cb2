"""URLs name what an engine publishes as people reach it: on this machine or another, in both address families."""

import pulumi
import pytest

from config.load import Stack
from config.settings import StackSettings
from infra.platforms.docker.of_stack import docker_platform
from infra.platforms.docker.published import host_in_url, machine_of

ANYWHERE = "0.0.0.0"  # noqa: S104  told apart, not listened on


@pytest.mark.parametrize(
    ("engine", "machine"),
    [
        (None, None),
        ("", None),
        ("unix:///var/run/docker.sock", None),
        ("npipe:////./pipe/docker_engine", None),
        ("tcp://127.0.0.1:2375", None),
        ("tcp://localhost:2375", None),
        ("tcp://[::1]:2376", None),
        (f"tcp://{ANYWHERE}:2375", None),
        ("tcp://192.0.2.7:2376", "192.0.2.7"),
        ("tcp://[2001:db8::7]:2376", "2001:db8::7"),
        ("https://engine.example.com:2376", "engine.example.com"),
        ("ssh://me@build-box", "build-box"),
        ("ssh://me@build-box:2222", "build-box"),
        ("build-box:2375", "build-box"),
    ],
)
def test_the_machine_of_an_engine(engine: str | None, machine: str | None) -> None:
    assert machine_of(engine) == machine


@pytest.mark.parametrize(
    ("bind_address", "machine", "host"),
    [
        ("127.0.0.1", None, "127.0.0.1"),
        ("::1", None, "[::1]"),
        (ANYWHERE, None, "127.0.0.1"),
        ("::", None, "[::1]"),
        ("192.0.2.1", None, "192.0.2.1"),
        ("2001:db8::1", None, "[2001:db8::1]"),
        (ANYWHERE, "build-box", "build-box"),
        ("::", "build-box", "build-box"),
        (ANYWHERE, "2001:db8::7", "[2001:db8::7]"),
        ("192.0.2.1", "build-box", "192.0.2.1"),
    ],
)
def test_the_host_in_a_url(bind_address: str, machine: str | None, host: str) -> None:
    assert host_in_url(bind_address, machine) == host


def a_stack(bind_address: str) -> Stack:
    settings = StackSettings.model_validate(
        {
            "controlPlane": {"console": {"unauthenticated": True}},
            "dataPlanes": {"prod": {"apiPort": 8081, "otlpHttpPort": 4381}},
            "docker": {"bindAddress": bind_address},
        }
    )
    return Stack(name="sample", settings=settings, alert_webhook_url=None)


@pytest.mark.parametrize(
    ("engine", "machine"),
    [("tcp://me:secret@192.0.2.7:2376", "192.0.2.7"), ("ssh://me@build-box", "build-box")],
)
@pytest.mark.parametrize("bind_address", ["127.0.0.1", "127.0.0.9", "::1"])
def test_the_loopback_of_another_machine_is_refused(
    engine: str, machine: str, bind_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", engine)
    with pytest.raises(pulumi.RunError) as caught:
        docker_platform(a_stack(bind_address))
    said = str(caught.value)
    assert said.startswith("planewatch:docker.bindAddress must be an address of the engine's machine that this")
    assert f"the engine is on {machine} (got {bind_address}, the loopback there)" in said
    # A login in the URL stays where it is.
    assert "@" not in said
    assert "secret" not in said
    docker_platform(a_stack(ANYWHERE))


def test_the_providers_own_host_counts_before_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///var/run/docker.sock")
    monkeypatch.setitem(pulumi.runtime.config.CONFIG.get(), "docker:host", "ssh://me@build-box")
    with pytest.raises(pulumi.RunError, match="the engine is on build-box"):
        docker_platform(a_stack("127.0.0.1"))
