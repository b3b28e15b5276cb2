import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

import toolchain.cluster
from tests.engine.kubernetes_plugin.harness import Kubectl, Project
from tests.harness.projects import Machine
from toolchain.cluster import USERS, Cluster
from toolchain.obtain.cache import Cache

# A FROM scratch image with a static busybox; the toolchain provides it under this name.
IMAGE = "busybox:1.37.0-musl"


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    return Machine.prepare(tmp_path_factory.mktemp("pulumi"))


@pytest.fixture(scope="session")
def cluster() -> Cluster:
    cache = Cache.of(os.environ)
    found = toolchain.cluster.up(cache)
    if found.origin != USERS:  # a cluster of the user's pulls images by itself
        toolchain.cluster.load_images(cache, found, [IMAGE])
    return found


@pytest.fixture
def kubectl(cluster: Cluster) -> Iterator[Kubectl]:
    """A namespace of the test's own, and whatever else bears its name in front is removed too."""
    name = f"k8plug-{uuid.uuid4().hex[:6]}"
    made = Kubectl(cluster.kubectl, cluster.kubeconfig, cluster.context, name)
    made("create", "namespace", name)
    yield made
    left = [f"namespace/{one}" for one in made.names("namespaces") if one.startswith(name)]
    made("delete", "--wait=false", "--ignore-not-found", *left)


@pytest.fixture
def project(machine: Machine, cluster: Cluster, kubectl: Kubectl, tmp_path: Path) -> Iterator[Project]:
    folder = tmp_path / "project"
    made = Project(machine, folder, kubectl.namespace, cluster.kubeconfig, cluster.context, IMAGE).create()
    yield made
    made.abandon()
