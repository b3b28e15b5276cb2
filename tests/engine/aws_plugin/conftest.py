from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.aws_plugin.harness import AwsProject
from tests.harness.aws import SimulatedAws, simulated_aws
from tests.harness.projects import Machine


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    return Machine.prepare(tmp_path_factory.mktemp("pulumi"))


@pytest.fixture(scope="session")
def aws() -> Iterator[SimulatedAws]:
    with simulated_aws() as started:
        yield started


@pytest.fixture
def project(machine: Machine, aws: SimulatedAws, tmp_path: Path) -> Iterator[AwsProject]:
    made = AwsProject(machine, tmp_path / "project", aws).create()
    yield made
    made.abandon()


@pytest.fixture(autouse=True)
def simulated(monkeypatch: pytest.MonkeyPatch, aws: SimulatedAws) -> None:
    """Let parts of the plugin that tests call directly find the simulated API."""
    for name, value in aws.environment.items():
        monkeypatch.setenv(name, value)
