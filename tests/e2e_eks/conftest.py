"""The stack on EKS, with what only EKS has; each test leaves it as it found it."""

import pytest

from tests.deployments import Deployment, run_on
from tests.deployments.eks import EksDeployment


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    run_on(metafunc, "eks")


@pytest.fixture
def on_eks(deployment: Deployment) -> EksDeployment:
    """The shared stack, well; deployed anew when the test before left it otherwise."""
    assert isinstance(deployment, EksDeployment)
    deployment.restore()
    return deployment
