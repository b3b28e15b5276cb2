"""One stack of two planes on the test cluster, for every test here."""

from collections.abc import Iterator

import pytest

from tests.harness.kubernetes import OnCluster, temporary_cluster_stack
from tests.harness.settings import Settings

PLANES = ("dev", "prod")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/e2e_kubernetes/" in item.path.as_posix():
            item.add_marker(pytest.mark.docker)
            item.add_marker(pytest.mark.engine)


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[OnCluster, Settings]]:
    with temporary_cluster_stack(tmp_path_factory.mktemp("stack"), PLANES) as (stack, settings):
        stack.stack.up().succeeded()
        yield stack, settings


@pytest.fixture
def on_cluster(deployed: tuple[OnCluster, Settings]) -> OnCluster:
    return deployed[0]
