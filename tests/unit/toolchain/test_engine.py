import json
import os
import socket
from contextlib import closing
from pathlib import Path

import pytest

from toolchain.obtain import engine
from toolchain.obtain.cache import Cache
from toolchain.obtain.engine import Address
from toolchain.obtain.errors import Attempt, ToolchainError, UnavailableError


def silent(_: str) -> None:
    """Ignore notes."""


def test_docker_host_is_the_only_place_when_set(tmp_path: Path) -> None:
    found = engine.addresses(Cache(tmp_path), {"DOCKER_HOST": "tcp://host:2375", "XDG_RUNTIME_DIR": "/run/user/1"})
    assert found == (Address("tcp://host:2375", "DOCKER_HOST", chosen=True),)


def test_else_the_usual_the_rootless_and_our_own_socket_in_this_order(tmp_path: Path) -> None:
    environ = {"XDG_RUNTIME_DIR": "/run/user/1", "DOCKER_CONFIG": str(tmp_path / "none")}
    hosts = [address.host for address in engine.addresses(Cache(tmp_path), environ)]
    own = f"unix://{tmp_path}/engine/docker.sock"
    assert hosts == ["unix:///var/run/docker.sock", "unix:///run/user/1/docker.sock", own]


def test_the_default_context_is_no_choice(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"currentContext": "default"}))
    assert not any(one.chosen for one in engine.addresses(Cache(tmp_path), {"DOCKER_CONFIG": str(tmp_path)}))
    (tmp_path / "config.json").write_text("not JSON")
    assert not any(one.chosen for one in engine.addresses(Cache(tmp_path), {"DOCKER_CONFIG": str(tmp_path)}))


def test_a_socket_that_nobody_serves_is_named(tmp_path: Path) -> None:
    path = tmp_path / "docker.sock"
    with pytest.raises(UnavailableError, match=f"socket {path} does not exist"):
        engine.probe(Address(f"unix://{path}", "test"))
    with closing(socket.socket(socket.AF_UNIX)) as listener:
        listener.bind(str(path))
    with pytest.raises(UnavailableError, match=f"nothing answers at {path}"):
        engine.probe(Address(f"unix://{path}", "test"))


def test_a_chosen_engine_that_does_not_answer_is_not_replaced_by_another(tmp_path: Path) -> None:
    environ = {"DOCKER_HOST": f"unix://{tmp_path}/none.sock"}
    with pytest.raises(ToolchainError) as caught:
        engine.ensure(Cache(tmp_path / "cache"), environ, note=silent)
    reason = f"socket {tmp_path}/none.sock does not exist"
    assert caught.value.attempts == (Attempt(f"unix://{tmp_path}/none.sock (DOCKER_HOST)", reason),)
    assert "start the engine that DOCKER_HOST" in caught.value.remedy
    assert not (tmp_path / "cache").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="what a root user may do")
def test_no_install_forbids_starting_an_engine(tmp_path: Path) -> None:
    environ = {"NO_INSTALL": "1", "DOCKER_CONFIG": str(tmp_path)}
    remedy = engine.why_not_start(Cache(tmp_path), environ, ())
    assert remedy is not None
    assert "NO_INSTALL" in remedy


def test_without_permission_the_remedy_is_the_group_or_rootless(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    attempts = (Attempt("unix:///var/run/docker.sock (the usual socket)", "no permission for /var/run/docker.sock"),)
    remedy = engine.why_not_start(Cache(tmp_path), {"DOCKER_CONFIG": str(tmp_path)}, attempts)
    assert remedy is not None
    assert "usermod -aG docker" in remedy
    assert "rootless" in remedy


@pytest.mark.docker
def test_a_running_engine_is_used_as_it_is(tmp_path: Path) -> None:
    environ = {name: os.environ[name] for name in ("DOCKER_HOST",) if name in os.environ}
    found = engine.ensure(Cache(tmp_path / "cache"), environ, note=silent)
    assert found.version
    assert found.architecture in {"amd64", "arm64"}
    assert not (tmp_path / "cache").exists()
    with closing(found.client()) as client:
        assert client.ping()
