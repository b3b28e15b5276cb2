"""What a state records is read from a file backend as the CLI exports it; any other backend is asked by the CLI."""

import json
from pathlib import Path
from typing import Any

import pytest

from delivery import recorded

BUCKET = "s3://bucket"
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:…"}


def stack_resource(**outputs: object) -> dict[str, Any]:
    kind = "pulumi:pulumi:Stack"
    return {"urn": f"urn:pulumi:s::planewatch::{kind}::planewatch-s", "type": kind, "custom": False, "outputs": outputs}


def network(name: str, **more: object) -> dict[str, Any]:
    kind = "docker:index/network:Network"
    return {"urn": f"urn:pulumi:s::planewatch::{kind}::{name}", "type": kind, "custom": True, "id": "1f", **more}


def state(*resources: dict[str, Any]) -> str:
    return json.dumps({"version": 3, "deployment": {"resources": resources}})


def write(backend: Path, text: str) -> None:
    file = recorded.checkpoint(backend.as_uri(), "local")
    assert file is not None
    file.parent.mkdir(parents=True)
    file.write_text(text)


def test_a_file_backend_is_read_as_it_exports(tmp_path: Path) -> None:
    deployment = {"manifest": {"version": "v3"}, "resources": [network("n")], "pending_operations": [{"type": "x"}]}
    document = {"version": 3, "checkpoint": {"stack": "organization/planewatch/local", "latest": deployment}}
    write(tmp_path / "a b", json.dumps(document))
    text = recorded.read((tmp_path / "a b").as_uri(), "local")
    assert text is not None
    assert json.loads(text) == {"version": 3, "deployment": deployment}


@pytest.mark.parametrize("text", ["", "{", '{"version": 3, "checkpoint": {"stack": "s", "latest": null}}', "{}"])
def test_what_cannot_be_read_is_asked_of_the_cli(tmp_path: Path, text: str) -> None:
    write(tmp_path, text)
    assert recorded.read(tmp_path.as_uri(), "local") is None
    assert recorded.read((tmp_path / "none").as_uri(), "local") is None


@pytest.mark.parametrize("backend", [BUCKET, "", "https://api.example"])
def test_other_backends_are_asked(backend: str) -> None:
    assert recorded.checkpoint(backend, "local") is None
    assert recorded.read(backend, "local") is None


def test_a_resource_is_read_with_what_an_update_writes() -> None:
    parent, image = network("parent")["urn"], network("image")["urn"]
    entry = network(
        "n",
        parent=parent,
        protect=True,
        retainOnDelete=True,
        dependencies=[parent],
        propertyDependencies={"image": [image], "name": None},
        outputs={"name": "live"},
    )
    (found,) = recorded.resources(state(entry))
    assert (found.name, found.package, found.id) == ("n", "docker", "1f")
    assert (found.parent, found.protect, found.retain_on_delete) == (parent, True, True)
    assert found.dependencies == {parent, image}


def test_packages_are_those_of_what_exists_outside_the_state() -> None:
    provider = {"urn": "urn:pulumi:s::p::pulumi:providers:docker::d", "type": "pulumi:providers:docker", "custom": True}
    component = {
        "urn": "urn:pulumi:s::p::planewatch:components:DataPlane::d",
        "type": "planewatch:components:DataPlane",
    }
    found = recorded.resources(state(stack_resource(), provider, component, network("n")))
    assert recorded.packages(found) == {"docker"}
    assert recorded.resources(recorded.EMPTY_STATE) == ()


def test_outputs_are_those_of_the_stack() -> None:
    assert recorded.outputs(recorded.EMPTY_STATE) is None
    text = recorded.outputs(state(network("n", outputs={"not": "these"}), stack_resource(console_url="http://c")))
    assert text is not None
    assert json.loads(text) == {"console_url": "http://c"}


def test_outputs_with_a_secret_are_left_to_the_cli() -> None:
    assert recorded.outputs(state(stack_resource(nested={"token": SECRET}))) is None
