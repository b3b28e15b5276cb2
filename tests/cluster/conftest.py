"""One cluster for all tests: the one that runs already, else one that is made and stays for the next run."""

import os
from collections.abc import Iterator

import pytest

import toolchain.cluster
from tests.cluster import kube
from tests.cluster.kube import Kube
from toolchain.cluster import Cluster
from toolchain.obtain.cache import Cache


@pytest.fixture(scope="session")
def cache() -> Cache:
    """The user's cache: programs and images in it take long to build."""
    return Cache.of(os.environ)


@pytest.fixture(scope="session")
def cluster(cache: Cache) -> Cluster:
    """A cluster with the Python image in it."""
    found = toolchain.cluster.up(cache)
    toolchain.cluster.load_images(cache, found, [kube.IMAGE])
    return found


@pytest.fixture
def space(cluster: Cluster) -> Iterator[Kube]:
    """A namespace of the test's own."""
    with kube.own_namespace(cluster) as own:
        yield own
