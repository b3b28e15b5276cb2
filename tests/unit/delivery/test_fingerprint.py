"""Each ingredient, changed by one byte, is named; what decides nothing changes nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from delivery import fingerprint
from delivery.fingerprint import Fingerprint
from delivery.workspace import Workspace
from toolchain.obtain.cache import Cache
from toolchain.obtain.checkout import Checkout, Ready

FILES = {
    "Pulumi.yaml": "name: planewatch",
    "pyproject.toml": "[project]",
    "requirements/dev.txt": "pulumi==1",
    "config/settings.py": "1",
    "components/deep/workload.py": "1",
    "infra/__main__.py": "1",
    "policies/pack.py": "1",
    "delivery/engine.py": "1",
    "toolchain/standins/docker/server.py": "1",
    "apps/api/main.py": "1",
    "apps/console/web/src/page.tsx": "1",
    ".venv/lib/python3.11/site-packages/pulumi-1.dist-info/METADATA": "1",
    "stacks/Pulumi.s.yaml": "config: {planewatch:release: a}",
}
ENVIRON = {"DOCKER_HOST": "unix:///a", "HOME": "/root", "PULUMI_ACCESS_TOKEN": "pul-1"}
STATE = '{"deployment": {"resources": []}}'


class Machine:
    """A checkout with its stack, and a cache with the CLI and a plugin."""

    def __init__(self, folder: Path) -> None:
        self.root, self.cache = folder / "checkout", folder / "cache"
        for name, text in FILES.items():
            self.write(name, text)
        self.workspace = Workspace(root=self.root, stack="s", stacks=self.root / "stacks", state=self.root / ".state")
        self.workspace.prepare()
        self.checkout = Checkout(Cache(self.cache), self.root)
        self.cli, self.plugin = self.cache / "pulumi", self.cache / "home/plugins/resource-docker-v5.2.0/program"
        for path in (self.cli, self.plugin):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("#!1")
        self.checkout.remember(
            Ready(pulumi=str(self.cli), pulumi_home=str(self.cache / "home"), pulumi_version="3.1.0")
        )

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def taken(self, environ: dict[str, str] | None = None, state: str = STATE) -> Fingerprint:
        return fingerprint.take(self.workspace, self.checkout, environ or ENVIRON).with_state(state)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_it_is_the_same_as_long_as_nothing_changes(machine: Machine) -> None:
    assert machine.taken().changed(machine.taken()) == ()


@pytest.mark.parametrize(
    ("name", "ingredient"),
    [
        ("Pulumi.yaml", "program"),
        ("config/settings.py", "program"),
        ("components/deep/workload.py", "program"),
        ("infra/__main__.py", "program"),
        ("policies/pack.py", "policies"),
        ("delivery/engine.py", "commands"),
        ("toolchain/standins/docker/server.py", "commands"),
        ("pyproject.toml", "lock files"),
        ("requirements/dev.txt", "lock files"),
        ("apps/api/main.py", "apps"),
        ("apps/console/web/src/page.tsx", "apps"),
    ],
)
def test_one_byte_of_a_file_changes_its_ingredient(machine: Machine, name: str, ingredient: str) -> None:
    before = machine.taken()
    machine.write(name, FILES[name] + " ")
    assert machine.taken().changed(before) == (ingredient,)


def test_a_new_file_and_a_renamed_one_change_it_too(machine: Machine) -> None:
    before = machine.taken()
    (machine.root / "infra/__main__.py").rename(machine.root / "infra/__main___.py")
    machine.write("policies/more.py", "")
    assert machine.taken().changed(before) == ("policies", "program")


def test_the_configuration_counts_with_what_only_the_working_copy_holds(machine: Machine) -> None:
    before = machine.taken()
    machine.write("stacks/Pulumi.s.yaml", "config: {planewatch:release: b}")
    machine.workspace.prepare()
    changed = machine.taken()
    assert changed.changed(before) == ("configuration",)
    machine.workspace.working_file.write_text(machine.workspace.working_file.read_text() + "encryptionsalt: v1\n")
    assert machine.taken().changed(changed) == ("configuration",)


def _other_cli(machine: Machine) -> None:
    machine.cli.write_text("#!2")


def _other_plugin(machine: Machine) -> None:
    machine.plugin.write_text("#!2")


def _large_cli(machine: Machine) -> None:
    machine.cli.write_bytes(bytes(1 << 17))


def _other_version(machine: Machine) -> None:
    machine.checkout.remember(Ready(pulumi=str(machine.cli), pulumi_home=str(machine.cache / "home")))


def _other_package(machine: Machine) -> None:
    (machine.root / ".venv/bin").mkdir(parents=True)
    (machine.root / ".venv/bin/python").symlink_to("/usr/bin/python3")
    (machine.root / ".venv/lib/python3.11/site-packages/pulumi-2.dist-info").mkdir()


@pytest.mark.parametrize("change", [_other_cli, _other_plugin, _large_cli, _other_version, _other_package])
def test_the_toolchain_counts(machine: Machine, change: Callable[[Machine], None]) -> None:
    before = machine.taken()
    change(machine)
    assert machine.taken().changed(before) == ("toolchain",)


@pytest.mark.parametrize("name", ["DOCKER_HOST", "PULUMI_PARALLEL", "PLANEWATCH_STACKS", "https_proxy", "PYTHONPATH"])
def test_variables_that_are_read_count(machine: Machine, name: str) -> None:
    assert machine.taken(ENVIRON | {name: "other"}).changed(machine.taken()) == ("variables",)


@pytest.mark.parametrize("name", ["HOME", "SHLVL", "PULUMI_ACCESS_TOKEN", "PULUMI_CONFIG_PASSPHRASE"])
def test_others_do_not_nor_does_who_asks(machine: Machine, name: str) -> None:
    assert machine.taken(ENVIRON | {name: "other"}).changed(machine.taken()) == ()


def test_the_recorded_state_counts(machine: Machine) -> None:
    assert machine.taken(state=STATE + " ").changed(machine.taken()) == ("recorded state",)


def test_what_compiling_leaves_does_not_count(machine: Machine) -> None:
    before = machine.taken()
    machine.write("infra/__pycache__/x.pyc", "1")
    assert machine.taken().changed(before) == ()


def test_it_is_kept_beside_the_state_until_it_is_forgotten(machine: Machine) -> None:
    assert fingerprint.recall(machine.workspace) is None
    fingerprint.remember(machine.workspace, machine.taken())
    kept = fingerprint.recall(machine.workspace)
    assert kept is not None
    assert kept.changed(machine.taken()) == ()
    (file,) = (machine.workspace.state / "fingerprints").iterdir()
    assert "unix:///a" not in file.read_text(), "hashes only"
    fingerprint.forget(machine.workspace)
    fingerprint.forget(machine.workspace)
    assert fingerprint.recall(machine.workspace) is None


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"parts": null}'])
def test_what_cannot_be_read_is_none(machine: Machine, text: str) -> None:
    machine.write(".state/fingerprints/s.json", text)
    assert fingerprint.recall(machine.workspace) is None
