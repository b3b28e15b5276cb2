"""Which resources each stack file stands for, and what matters of them; ``--update-golden`` writes the lists anew."""

import copy
from pathlib import Path

import pytest
import yaml

from tests.engine.stacks.conftest import MakeStack
from tests.engine.stacks.previews import planned, resources
from tests.harness.golden import Golden
from tests.harness.ports import free_ports
from tests.harness.pulumi import ROOT
from tests.harness.settings import Settings, local_settings, plane

GOLDEN = ROOT / "tests" / "golden" / "resources"
FILES = sorted((ROOT / "stacks").glob("Pulumi.*.yaml"))


# Whom a preview asks: the engine for images, the API server whether it would take each object, AWS whose account it is.
_WHERE = {"docker": "make_stack", "kubernetes": "running_cluster", "eks": "simulated_account"}


def settings_of(file: Path) -> Settings:
    """Read a stack file with ports that are free now: its own may belong to a deployed stack."""
    document = yaml.safe_load(file.read_text())["config"]
    settings = {key.removeprefix("planewatch:"): value for key, value in document.items()}
    holders = [settings.setdefault("controlPlane", {}), *settings["dataPlanes"].values()]
    keys = [(holder, key) for holder in holders for key in holder if key.endswith("Port")]
    for (holder, key), port in zip(keys, free_ports(len(keys)), strict=True):
        holder[key] = port
    return settings


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name.split(".")[1])
def test_a_stack_file_stands_for_the_recorded_resources(
    file: Path, make_stack: MakeStack, request: pytest.FixtureRequest, golden: Golden
) -> None:
    name = file.name.split(".")[1]
    before = file.read_bytes()
    request.getfixturevalue(_WHERE[settings_of(file)["platform"]])
    golden.hold(GOLDEN / f"{name}.txt", resources(make_stack(settings_of(file), name)))
    assert file.read_bytes() == before


def test_versions_and_jobs_of_a_workload_are_the_recorded_resources(make_stack: MakeStack, golden: Golden) -> None:
    settings = settings_of(ROOT / "stacks" / "Pulumi.local.yaml")
    first = next(iter(settings["dataPlanes"]))
    settings["dataPlanes"] = {first: settings["dataPlanes"][first]}
    settings["dataPlanes"][first]["workloads"] = {
        "api": {
            "revision": "v2",
            "beside": {"v1": {"environmentVariables": {"ERROR_RATE": "0.01"}}},
            "jobsBeforeStart": [{"name": "migrate", "command": ["migrate"]}, {"name": "seed", "command": ["seed"]}],
        }
    }
    golden.hold(GOLDEN.parent / "variants" / "local-versions.txt", resources(make_stack(settings, "local")))


def test_every_recorded_list_has_its_stack_file() -> None:
    assert {path.stem for path in GOLDEN.glob("*.txt")} == {file.name.split(".")[1] for file in FILES}


def test_planes_in_another_order_are_the_same_stack(make_stack: MakeStack) -> None:
    settings = local_settings(["prod", "dev", "qa"])
    stack = make_stack(settings)
    before = planned(stack)
    stack.write({**settings, "dataPlanes": dict(reversed(settings["dataPlanes"].items()))})
    assert planned(stack) == before


def test_a_plane_more_is_exactly_its_resources_more(make_stack: MakeStack) -> None:
    settings = local_settings(["dev", "prod"])
    stack = make_stack(settings)
    before = planned(stack)
    more = copy.deepcopy(settings)
    more["dataPlanes"]["new"] = plane(*free_ports(2))
    stack.write(more)
    after = planned(stack)
    added = after.keys() - before.keys()
    assert before.keys() <= after.keys()
    assert added
    assert all(name.startswith("new") for _, name in added)
    like = {(kind, name.replace("dev", "new", 1)) for kind, name in before if name.startswith("dev")}
    assert added == like
    # Only what reads the list of planes differs: Prometheus, its configuration, and the carrier of that.
    changed = {name for (kind, name), was in before.items() if after[kind, name] != was}
    assert changed
    assert {name for name in changed if not name.startswith("control-prometheus")} == {
        f"planewatch-{stack.name}"
    } & changed
