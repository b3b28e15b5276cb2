import os
from pathlib import Path

import pytest

from toolchain.obtain import gobuild, pulumi
from toolchain.obtain.cache import Cache, key
from toolchain.obtain.checkout import Checkout, Ready, variables
from toolchain.obtain.errors import UnavailableError
from toolchain.obtain.sources import Internet
from toolchain.obtain.stages import Stage
from toolchain.obtain.stand_ins import install, origin

OFFICIAL = b"\x7fELF"


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    (tmp_path / "root").mkdir()
    return Checkout(Cache(tmp_path / "cache"), tmp_path / "root")


@pytest.fixture
def stage() -> Stage:
    return Stage("Pulumi CLI", lambda _: None)


def put_script(path: Path, text: str) -> None:
    script(path, text)


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def path_of(folder: Path) -> dict[str, str]:
    return {"PATH": f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin"}


def test_the_users_own_cli_is_taken_with_its_language_host(checkout: Checkout, tmp_path: Path) -> None:
    program = script(tmp_path / "bin" / "pulumi", "echo v3.260.1")
    script(tmp_path / "bin" / "pulumi-language-python", "")
    assert pulumi.on_path(checkout, path_of(tmp_path / "bin")) == (program, "3.260.1")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("echo v3.99.0", "is 3.99.0, older than 3.250.0"),
        ("exit 1", "does not report its version"),
        ("echo v3.260.1", "comes without pulumi-language-python"),
    ],
)
def test_a_cli_that_does_not_do_is_named_with_the_reason(
    checkout: Checkout, tmp_path: Path, answer: str, reason: str
) -> None:
    script(tmp_path / "bin" / "pulumi", answer)
    with pytest.raises(UnavailableError, match=reason):
        pulumi.on_path(checkout, path_of(tmp_path / "bin"))


def test_our_own_cli_on_path_is_not_taken_for_the_users(checkout: Checkout) -> None:
    script(checkout.bin_dir / "pulumi", "echo v3.259.0")
    script(checkout.bin_dir / "pulumi-language-python", "")
    with pytest.raises(UnavailableError, match="`pulumi` is not on PATH"):
        pulumi.on_path(checkout, {"PATH": str(checkout.bin_dir)})


def built(checkout: Checkout) -> Path:
    """Put a small stand-in for the built CLI into the cache, as `gobuild` would."""
    recipe_key = gobuild.PULUMI.key(gobuild.host_arch(), gobuild.host_os())
    folder = checkout.cache.make("pulumi", recipe_key, lambda new: put_script(new / "pulumi", "echo v3.259.0"))
    return folder / "pulumi"


def test_a_cli_built_earlier_is_used_without_any_download(checkout: Checkout, stage: Stage) -> None:
    program = built(checkout)
    internet = Internet(offline=True)
    cli = pulumi.ensure(checkout, {"PATH": ""}, internet, stage)
    assert (cli.origin, cli.version, cli.home) == ("built", "3.259.0", checkout.folder / "pulumi-home")
    assert cli.program.samefile(program)
    assert not cli.program.is_symlink()
    assert (checkout.bin_dir / "pulumi-language-python").exists()
    assert pulumi.docker_plugin_origin(cli.home) == "stand-in"
    assert not stage.worked


def test_the_users_pulumi_home_is_respected_and_ours_is_not_taken_for_it(
    checkout: Checkout, stage: Stage, tmp_path: Path
) -> None:
    built(checkout)
    own = tmp_path / "home"
    environ = {"PATH": "", "PULUMI_HOME": str(own)}
    assert pulumi.ensure(checkout, environ, Internet(offline=True), stage).home == own
    environ["PULUMI_HOME"] = str(checkout.cache.root / "checkouts" / "other" / "pulumi-home")
    assert pulumi.ensure(checkout, environ, Internet(offline=True), stage).home == checkout.folder / "pulumi-home"


def test_an_official_cli_downloaded_earlier_wins_over_a_built_one(checkout: Checkout, stage: Stage) -> None:
    built(checkout)
    arch = {"amd64": "x64"}.get(gobuild.host_arch(), gobuild.host_arch())
    archive = f"pulumi-v{pulumi.VERSION}-{gobuild.host_os()}-{arch}.tar.gz"
    checkout.cache.make("pulumi-official", key(archive), lambda new: put_script(new / "pulumi", ""))
    cli = pulumi.ensure(checkout, {"PATH": ""}, Internet(offline=True), stage)
    assert cli.origin == "official"
    # Offline the plugin is our stand-in, but our language host stays off PATH.
    assert pulumi.docker_plugin_origin(cli.home) == "stand-in"
    assert not checkout.bin_dir.exists()


def users_with_official_docker_plugin(tmp_path: Path) -> tuple[dict[str, str], Path]:
    script(tmp_path / "bin" / "pulumi", "echo v3.260.1")
    script(tmp_path / "bin" / "pulumi-language-python", "")
    home = tmp_path / "home"
    program = home / "plugins" / f"resource-docker-v{pulumi.DOCKER_PLUGIN}" / "pulumi-resource-docker"
    script(program, "").write_bytes(OFFICIAL)
    return path_of(tmp_path / "bin") | {"PULUMI_HOME": str(home)}, home


def test_beside_official_plugins_aws_gets_a_stand_in_only_when_it_is_simulated(
    checkout: Checkout, stage: Stage, tmp_path: Path
) -> None:
    environ, home = users_with_official_docker_plugin(tmp_path)
    pulumi.ensure(checkout, environ, Internet(offline=True), stage)
    assert origin(home, "aws") is None
    pulumi.ensure(checkout, environ | {"AWS": "simulated"}, Internet(offline=True), stage)
    assert [origin(home, name) for name in ("docker", "kubernetes", "aws")] == ["official", None, "stand-in"]


def test_an_official_plugin_is_never_written_over(tmp_path: Path) -> None:
    home, python = tmp_path / "home", tmp_path / "python"
    install(home, tmp_path / "bin", python)
    programs = sorted((home / "plugins").glob("*/pulumi-resource-*"))
    assert [origin(home, name) for name in ("aws", "docker", "kubernetes")] == ["stand-in"] * 3
    for program in programs:
        program.write_bytes(OFFICIAL)
    install(home, tmp_path / "bin", python)
    assert [program.read_bytes() for program in programs] == [OFFICIAL] * 3


def test_the_official_plugin_is_told_from_the_stand_in(tmp_path: Path) -> None:
    assert pulumi.docker_plugin_origin(tmp_path) is None
    program = tmp_path / "plugins" / f"resource-docker-v{pulumi.DOCKER_PLUGIN}" / "pulumi-resource-docker"
    script(program, "")
    assert pulumi.docker_plugin_origin(tmp_path) == "stand-in"
    program.write_bytes(OFFICIAL)
    assert pulumi.docker_plugin_origin(tmp_path) == "official"


def test_what_was_obtained_is_remembered_per_checkout(checkout: Checkout, tmp_path: Path) -> None:
    assert checkout.recall() == Ready()
    ready = Ready(pulumi="/x/pulumi", pulumi_home="/x/home", stand_in=True, bin_dirs=("/x",), docker_host="unix:///y")
    checkout.remember(ready)
    assert checkout.recall() == ready
    assert Checkout(checkout.cache, tmp_path).recall() == Ready()
    (checkout.folder / "ready.json").write_text('{"pulumi": 1, "unknown": 2}')
    assert checkout.recall() == Ready()


def test_the_environment_leads_to_what_was_obtained(checkout: Checkout) -> None:
    checkout.remember(Ready(pulumi_home="/x/home", stand_in=True, bin_dirs=("/x",), docker_host="unix:///y"))
    found = variables(checkout, {"PATH": "/bin:/x:/usr/bin"})
    assert found["PATH"].split(":")[0] == "/x"
    assert found["PATH"].endswith(":/bin:/usr/bin")
    assert found["PULUMI_HOME"] == "/x/home"
    assert found["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] == "true"
    assert found["DOCKER_HOST"] == "unix:///y"
    assert "DOCKER_HOST" not in variables(checkout, {"DOCKER_HOST": "tcp://chosen"})
    checkout.remember(Ready(pulumi_home="/x/home"))
    assert "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION" not in variables(checkout, {})
