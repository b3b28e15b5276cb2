"""The Docker stack of three planes, with what only Docker has; each test leaves it as it found it."""

import pytest

from tests.deployments import Deployment, run_on
from tests.deployments.docker import DockerDeployment


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    run_on(metafunc, "docker")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/e2e/" in item.path.as_posix():
            item.add_marker(pytest.mark.docker)
            item.add_marker(pytest.mark.engine)


@pytest.fixture(scope="session")
def shared(deployment: Deployment) -> DockerDeployment:
    assert isinstance(deployment, DockerDeployment)
    return deployment


@pytest.fixture
def platform(shared: DockerDeployment) -> DockerDeployment:
    """The shared stack, healthy; deployed anew when the test before left it otherwise."""
    shared.restore()
    return shared
