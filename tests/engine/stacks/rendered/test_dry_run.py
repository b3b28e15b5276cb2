"""A real API server takes every object, without a warning, and every pod at the `restricted` level."""

import copy
import subprocess
from collections.abc import Iterator

import pytest

from tests.engine.stacks.rendered.manifests import Manifest, as_list
from toolchain.cluster import Cluster

# What must be there before an API server judges the rest: pods name their account, and classes their priority.
_FOUNDATION = ("Namespace", "ServiceAccount", "PriorityClass")
_SECONDS = 180


def _apply(cluster: Cluster, objects: tuple[Manifest, ...], *, dry: bool) -> subprocess.CompletedProcess[str]:
    how = ["--dry-run=server"] if dry else []
    command = ["apply", "--server-side", "--validate=strict", "--field-manager=judge", *how, "-f-"]
    return _kubectl(cluster, *command, text=as_list(objects))


def _kubectl(cluster: Cluster, *arguments: str, text: str) -> subprocess.CompletedProcess[str]:
    where = (f"--kubeconfig={cluster.kubeconfig}", f"--context={cluster.context}")
    return subprocess.run(
        [cluster.kubectl, *where, *arguments], input=text, capture_output=True, text=True, timeout=_SECONDS, check=False
    )


@pytest.fixture(scope="module")
def founded(cluster: Cluster, objects: tuple[Manifest, ...]) -> Iterator[Cluster]:
    """The cluster with the stacks' namespaces and accounts really there, and nothing else of them."""
    foundation = tuple(one for one in objects if one.kind in _FOUNDATION)
    made = _apply(cluster, foundation, dry=False)
    try:
        assert made.returncode == 0, made.stderr
        yield cluster
    finally:
        _kubectl(cluster, "delete", "--wait=false", "--ignore-not-found", "-f-", text=as_list(foundation))


def test_the_server_takes_every_object_without_a_warning(founded: Cluster, objects: tuple[Manifest, ...]) -> None:
    done = _apply(founded, objects, dry=True)
    # Pod Security tells of a controller's template by a warning only.
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == len(objects)


def test_the_server_takes_every_pod_at_the_restricted_level(founded: Cluster, objects: tuple[Manifest, ...]) -> None:
    pods = tuple(one.pod for one in objects if one.pod is not None)
    assert pods
    done = _apply(founded, pods, dry=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_server_refuses_a_field_that_it_does_not_know(founded: Cluster, objects: tuple[Manifest, ...]) -> None:
    document = copy.deepcopy(next(one for one in objects if one.kind == "Deployment").document)
    document["spec"]["template"]["spec"]["containers"][0]["readynessProbe"] = {}
    done = _apply(founded, (Manifest(document),), dry=True)
    assert done.returncode != 0
    assert "readynessProbe" in done.stderr


def test_the_server_refuses_a_pod_that_is_not_hardened(founded: Cluster, objects: tuple[Manifest, ...]) -> None:
    deployment = copy.deepcopy(next(one for one in objects if one.kind == "Deployment").document)
    deployment["spec"]["template"]["spec"]["containers"][0]["securityContext"]["capabilities"] = {}
    loosened = Manifest(deployment)
    assert loosened.pod is not None
    assert 'would violate PodSecurity "restricted' in _apply(founded, (loosened,), dry=True).stderr
    refused = _apply(founded, (loosened.pod,), dry=True)
    assert refused.returncode != 0
    assert 'violates PodSecurity "restricted' in refused.stderr
