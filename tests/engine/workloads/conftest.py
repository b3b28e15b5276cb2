import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

import toolchain.cluster
from tests.engine.kubernetes_plugin.harness import Kubectl
from tests.engine.workloads.harness import IMAGE, OnDocker, OnKubernetes
from tests.harness.ports import free_port
from tests.harness.prepared import engine_with
from tests.harness.projects import Machine
from toolchain.cluster import USERS
from toolchain.obtain.cache import Cache


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    return Machine.prepare(tmp_path_factory.mktemp("pulumi"))


@pytest.fixture(scope="session")
def client() -> Iterator[docker.DockerClient]:
    found = engine_with([IMAGE])
    yield found
    found.close()


@pytest.fixture
def on_docker(machine: Machine, client: docker.DockerClient, tmp_path: Path) -> Iterator[OnDocker]:
    """A project on the engine, whose workload publishes a port."""
    del client
    made = OnDocker(machine, tmp_path / "project", f"wl-{uuid.uuid4().hex[:6]}", free_port()).create()
    yield made
    made.abandon()


@pytest.fixture(scope="session")
def cluster() -> toolchain.cluster.Cluster:
    cache = Cache.of(os.environ)
    found = toolchain.cluster.up(cache)
    if found.origin != USERS:  # a cluster of the user's pulls images by itself
        toolchain.cluster.load_images(cache, found, [IMAGE])
    return found


@pytest.fixture
def on_kubernetes(machine: Machine, cluster: toolchain.cluster.Cluster, tmp_path: Path) -> Iterator[OnKubernetes]:
    """A project on the cluster."""
    where = (None, str(cluster.kubeconfig), cluster.context)
    name = f"wl-{uuid.uuid4().hex[:6]}"
    # The policies expect a platform that is called as its stack.
    made = OnKubernetes(machine, tmp_path / "project", name, *where, stack=name).create()
    made.run("config", "set", "kubernetes:context", cluster.context)
    yield made
    made.abandon()


@pytest.fixture
def kubectl(on_kubernetes: OnKubernetes, cluster: toolchain.cluster.Cluster) -> Kubectl:
    """Kubectl in the zone's namespace."""
    return Kubectl(cluster.kubectl, str(cluster.kubeconfig), cluster.context, on_kubernetes.namespace)
