"""Data of a workload on a real cluster: it outlives its pods, grows in place, and is kept or not as is said."""

from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from tests.engine.kubernetes_plugin.harness import Kubectl
from tests.engine.workloads.harness import PORT, OnKubernetes
from tests.harness.kubernetes import forwarded
from tests.harness.waiting import wait_until
from toolchain.cluster import Cluster

CLAIM = "pvc/data-diary-0"


def diary(entry: str, size: str = "16Mi") -> str:
    return f'run(diary("{entry}", DataVolume(name="data", path="/srv/data", size="{size}")))'


def said(project: OnKubernetes, cluster: Cluster) -> list[str]:
    with forwarded(cluster, project.namespace, "diary", PORT) as local:
        return httpx.get(f"http://127.0.0.1:{local}/", trust_env=False, timeout=10).text.split()


@pytest.fixture
def keeping(on_kubernetes: OnKubernetes, kubectl: Kubectl) -> Iterator[OnKubernetes]:
    """The project with data that is kept; what is kept goes at the end."""
    made = replace(on_kubernetes, keep_data=True)
    yield made
    made.abandon()
    kubectl("delete", "namespace", made.namespace, "--ignore-not-found")


def test_a_pod_that_is_replaced_finds_its_data_and_its_volume_grows(
    on_kubernetes: OnKubernetes, cluster: Cluster, kubectl: Kubectl
) -> None:
    on_kubernetes.up(diary("one"))
    assert said(on_kubernetes, cluster) == ["one"]
    on_kubernetes.unchanged()
    before = kubectl.get(CLAIM)["metadata"]["uid"]
    on_kubernetes.up(diary("two", "32Mi"))
    assert said(on_kubernetes, cluster) == ["one", "two"]
    claim = kubectl.get(CLAIM)
    assert (claim["metadata"]["uid"], claim["status"]["capacity"]["storage"]) == (before, "32Mi")
    on_kubernetes.unchanged()
    # Without the volume there is no data left.
    on_kubernetes.up('run(diary("three"))')
    assert said(on_kubernetes, cluster) == ["three"]
    wait_until(lambda: kubectl.names("pvc"), lambda names: not names, within_s=60, what="claims that go with their pod")


def test_data_that_is_kept_outlives_its_workload(keeping: OnKubernetes, cluster: Cluster, kubectl: Kubectl) -> None:
    keeping.up(diary("one"))
    before = kubectl.get(CLAIM)["metadata"]["uid"]
    keeping.up("")
    assert kubectl.get(CLAIM)["metadata"]["uid"] == before
    keeping.up(diary("two"))
    assert said(keeping, cluster) == ["one", "two"]
    keeping.destroy()
    assert kubectl.get(CLAIM)["metadata"]["uid"] == before
