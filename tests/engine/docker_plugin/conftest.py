import uuid
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from tests.engine.docker_plugin.harness import IMAGE, Project
from tests.harness.prepared import engine_with
from tests.harness.projects import Machine


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    return Machine.prepare(tmp_path_factory.mktemp("pulumi"))


@pytest.fixture(scope="session")
def client() -> Iterator[docker.DockerClient]:
    found = engine_with([IMAGE])
    yield found
    found.close()


@pytest.fixture
def project(machine: Machine, client: docker.DockerClient, tmp_path: Path) -> Iterator[Project]:
    del client
    made = Project(machine, tmp_path / "project", f"pwplug-{uuid.uuid4().hex[:6]}").create()
    yield made
    made.remove()
