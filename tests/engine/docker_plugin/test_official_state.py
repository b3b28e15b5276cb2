"""A state of the stand-in gives the official plugin nothing to do: it reads as that does, and leaves out no blank."""

import io

import docker
import pytest

from tests.engine.docker_plugin.harness import IMAGE, Project
from toolchain.standins.docker.schema import Kind
from toolchain.standins.docker.server import HANDLERS

pytestmark = [pytest.mark.engine, pytest.mark.docker]

# One of each type, with nothing but what it requires.
BARE = """
    docker.Network("Network", name="{p}-net")
    docker.Volume("Volume", name="{p}-data")
    docker.RemoteImage("RemoteImage", name=IMAGE, keep_locally=True)
    docker.Container("Container", name="{p}-carrier", image=IMAGE, start=False, must_run=False)
    """
LIMITED = """
    docker.Container("Container", name="{p}-service", image=IMAGE, command=["sleep", "1000"], cpus="CPUS")
    """


def test_everything_that_the_official_plugin_would_compute_is_recorded(project: Project) -> None:
    project.up(BARE)
    state = project.state()
    assert (state["Container"]["outputs"]["envs"], state["Container"]["outputs"]["labels"]) == ([], [])
    # A list, set or map of these that a state lacks is still to be computed for the official plugin: it replaces the
    # resource. A text or a number may be missing.
    replacing = [
        (kind.urn_type.rpartition(":")[2], prop.name)
        for kind in (handler.kind for handler in HANDLERS.values())
        for prop in kind.props
        if prop.computed and prop.force_new and prop.kind in (Kind.LIST, Kind.SET, Kind.MAP)
    ]
    assert len(replacing) > 5
    assert [(name, prop) for name, prop in replacing if prop not in state[name]["outputs"]] == []
    project.unchanged()
    project.run("refresh", "--yes", "--skip-preview", "--expect-no-changes")


def test_a_refresh_fills_in_what_older_states_lack(project: Project) -> None:
    project.up(BARE)
    older = project.folder / "older.json"
    older.write_text(project.state_text().replace('"envs": [],', "").replace('"labels": [],', ""))
    project.run("stack", "import", "--file", str(older))
    assert "envs" not in project.state()["Container"]["outputs"]
    project.unchanged()
    project.run("refresh", "--yes", "--skip-preview")
    outputs = project.state()["Container"]["outputs"]
    assert (outputs["envs"], outputs["labels"]) == ([], [])


def test_limits_are_read_as_the_official_plugin_reads_them_and_compared_as_numbers(
    project: Project, client: docker.DockerClient
) -> None:
    project.up(LIMITED.replace("CPUS", "1"))
    before = client.containers.get(f"{project.prefix}-service").id
    assert project.state()["Container"]["outputs"]["cpus"] == "1.0"
    assert project.steps(LIMITED.replace("CPUS", "1.0")) == {}
    project.up()
    assert project.state()["Container"]["inputs"]["cpus"] == "1.0"
    project.run("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    # As the engine takes "10." of the official plugin, so "1." of this one.
    assert project.steps(LIMITED.replace("CPUS", "1.")) == {}
    assert client.containers.get(f"{project.prefix}-service").id == before
    assert project.steps(LIMITED.replace("CPUS", "0.5"))["Container"]["op"] == "replace"


def test_another_builders_id_under_the_same_tag_replaces_only_what_names_the_id(
    project: Project, client: docker.DockerClient
) -> None:
    context = project.folder / "context"
    context.mkdir()
    (context / "Dockerfile").write_text(f"FROM {IMAGE}\nLABEL builder=one\n")
    project.up(f"""
        image = docker.RemoteImage("image", name="{{p}}-image:1", keep_locally=True, build={{"context": "{context}"}})
        for name, reference in (("tag", image.name), ("id", image.image_id)):
            docker.Container(name, name="{{p}}-" + name, image=reference, command=["sleep", "1000"])
        """)
    before = client.containers.get(f"{project.prefix}-tag").id
    tag = f"{project.prefix}-image:1"
    client.images.build(fileobj=io.BytesIO(f"FROM {IMAGE}\nLABEL builder=other\n".encode()), tag=tag, rm=True)
    project.run("refresh", "--yes", "--skip-preview")
    assert project.state()["image"]["outputs"]["imageId"] == client.images.get(tag).id
    assert {name: step["op"] for name, step in project.steps().items()} == {"id": "replace"}
    project.up()
    assert client.containers.get(f"{project.prefix}-tag").id == before
