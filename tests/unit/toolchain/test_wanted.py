import os
from pathlib import Path

import pytest

import toolchain
from toolchain.obtain import gobuild
from toolchain.obtain.cache import Cache
from toolchain.obtain.checkout import Checkout
from toolchain.obtain.stages import Report
from toolchain.obtain.wanted import PREVIEW, TEST, UP, Part, ensure


def program(folder: Path, name: str, text: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A checkout whose cache holds a CLI that was built earlier."""
    root = tmp_path / "root"
    root.mkdir()
    cache = Cache(tmp_path / "cache")
    recipe_key = gobuild.PULUMI.key(gobuild.host_arch(), gobuild.host_os())
    cache.make("pulumi", recipe_key, lambda folder: program(folder, "pulumi", "echo v3.259.0"))
    return Checkout(cache, root)


def environ(checkout: Checkout, path: str = "/usr/bin:/bin") -> dict[str, str]:
    return {"PLANEWATCH_CACHE": str(checkout.cache.root), "PATH": path}


def test_each_command_needs_what_the_smaller_one_needs() -> None:
    assert PREVIEW < UP < TEST
    assert frozenset(Part) == TEST


def test_the_cli_alone_needs_no_engine_and_leads_the_path(checkout: Checkout) -> None:
    outside = {**environ(checkout), "DOCKER_HOST": "unix:///nowhere/docker.sock"}
    ready = ensure({Part.CLI}, root=checkout.root, report=Report(live=False), environ=outside)
    assert (ready.pulumi_origin, ready.stand_in) == ("built", True)
    variables = dict(ready.environment)
    assert variables["PATH"].split(os.pathsep)[0] == str(checkout.bin_dir)
    assert variables["PULUMI_HOME"] == str(checkout.folder / "pulumi-home")


def test_the_users_own_cli_that_appears_later_is_not_shadowed(checkout: Checkout, tmp_path: Path) -> None:
    ensure({Part.CLI}, root=checkout.root, report=Report(live=False), environ=environ(checkout))
    program(tmp_path / "own", "pulumi", "echo v3.260.0")
    program(tmp_path / "own", "pulumi-language-python", "")
    own = environ(checkout, f"{tmp_path / 'own'}:/usr/bin:/bin")
    ready = ensure({Part.CLI}, root=checkout.root, report=Report(live=False), environ=own)
    assert ready.pulumi_origin == "on PATH"
    assert str(checkout.bin_dir) not in dict(ready.environment)["PATH"].split(os.pathsep)


@pytest.mark.docker
def test_an_engine_that_the_user_names_is_not_remembered_for_other_shells(checkout: Checkout) -> None:
    named = {**environ(checkout), "DOCKER_HOST": os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")}
    ready = ensure({Part.ENGINE}, root=checkout.root, report=Report(live=False), environ=named)
    assert ready.docker_host == ""


def test_the_public_names_are_functions_whatever_was_imported_before() -> None:
    """A submodule of the same name would take the function's place as soon as it is imported."""
    assert all(callable(getattr(toolchain, name)) for name in toolchain.__all__)
