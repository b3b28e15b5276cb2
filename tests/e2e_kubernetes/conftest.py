"""The stack on the cluster, with what only Kubernetes has; each test leaves it as it found it."""

import pytest

from tests.deployments import Deployment, run_on
from tests.deployments.kubernetes import KubernetesDeployment


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    run_on(metafunc, "kubernetes")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/e2e_kubernetes/" in item.path.as_posix():
            item.add_marker(pytest.mark.docker)
            item.add_marker(pytest.mark.engine)


@pytest.fixture
def on_cluster(deployment: Deployment) -> KubernetesDeployment:
    """The shared stack, well; deployed anew when the test before left it otherwise."""
    assert isinstance(deployment, KubernetesDeployment)
    deployment.restore()
    return deployment
