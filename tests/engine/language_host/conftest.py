import uuid
from pathlib import Path

import pytest

from tests.engine.docker_plugin.harness import Machine, Project


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    return Machine.prepare(tmp_path_factory.mktemp("pulumi"))


@pytest.fixture
def project(machine: Machine, tmp_path: Path) -> Project:
    # No docker resources are made here, so there is nothing to take away afterwards.
    return Project(machine, tmp_path / "project", f"pwplug-{uuid.uuid4().hex[:6]}").create()
