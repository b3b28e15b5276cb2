from pathlib import Path

import pytest

from tests.harness.projects import Machine, Project


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    return Machine.prepare(tmp_path_factory.mktemp("pulumi"))


@pytest.fixture
def project(machine: Machine, tmp_path: Path) -> Project:
    # Nothing is made outside the project's folder here, so there is nothing to take away afterwards.
    return Project(machine, tmp_path / "project").create()
