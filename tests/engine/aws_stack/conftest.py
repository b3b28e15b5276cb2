"""One AWS half, deployed once on one simulated API, that many tests look at."""

from collections.abc import Iterator

import pytest

from tests.engine.aws_stack.harness import AwsHalf, aws_settings
from tests.harness.aws import SimulatedAws, simulated_aws
from tests.harness.projects import Machine


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/engine/aws_stack/" in item.path.as_posix():
            item.add_marker(pytest.mark.engine)


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    return Machine.prepare(tmp_path_factory.mktemp("pulumi"))


@pytest.fixture(scope="session")
def aws() -> Iterator[SimulatedAws]:
    with simulated_aws() as started:
        yield started


@pytest.fixture(scope="session")
def half(machine: Machine, aws: SimulatedAws, tmp_path_factory: pytest.TempPathFactory) -> AwsHalf:
    """A deployed half with the protection of production; nothing in it may be changed by a test."""
    made = AwsHalf(machine, tmp_path_factory.mktemp("half") / "project", aws, stack="half").create()
    made.write(aws_settings(registry=False))
    made.up()
    return made
