"""What the product promises, tried on every platform that carries it."""

import pytest

from tests.deployments import PLATFORMS, Deployment, run_on


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    run_on(metafunc, *PLATFORMS)


@pytest.fixture(scope="module")
def deployed(deployment: Deployment) -> Deployment:
    """The stack as its settings say, with every service well."""
    deployment.restore()
    return deployment
