"""The real CLI checks a cluster program against the pack; an API server validates each object, none is created."""

import os
from pathlib import Path

import pytest

import toolchain.cluster
from tests.policies.conftest import PULUMI, MakePreview, Preview
from toolchain.obtain.cache import Cache

PROGRAM = Path(__file__).parent / "cluster_program"

pytestmark = [
    pytest.mark.engine,
    pytest.mark.skipif(PULUMI is None, reason="the Pulumi CLI is not on PATH"),
]


@pytest.fixture(scope="module")
def cluster() -> dict[str, str]:
    """Configuration that leads to the cluster."""
    found = toolchain.cluster.up(Cache.of(os.environ))
    return {"sample:context": found.context, "sample:kubeconfig": str(found.kubeconfig)}


@pytest.fixture
def preview(previews_of: MakePreview) -> Preview:
    return previews_of(PROGRAM)


def test_a_good_program_gets_advice_only(preview: Preview, cluster: dict[str, str]) -> None:
    result = preview(cluster)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "[mandatory]" not in result.stdout
    assert "Deployment 'prod-api': runs one pod" in result.stdout
    assert "[advisory]" in result.stdout


def test_each_object_and_the_whole_stack_are_checked_before_anything_is_made(
    preview: Preview, cluster: dict[str, str]
) -> None:
    bad = {"sample:hostNetwork": "true", "sample:admits": "dev", "sample:password": "correct-horse"}
    result = preview({**cluster, **bad, "sample:level": "baseline", "sample:leaves": "0.0.0.0/0"})
    assert result.returncode != 0, result.stdout
    assert "[mandatory]" in result.stdout
    for said in (
        "Deployment 'prod-api': container 'api': hostNetwork is 'host'",
        "environment variable 'DB_PASSWORD' is named like a secret",
        "Namespace 'prod-namespace': pod-security.kubernetes.io/enforce is 'baseline', not 'restricted'",
        "NetworkPolicy 'prod-in': zone 'prod' admits traffic from zone 'dev'",
        "NetworkPolicy 'prod-out': lets pods of more than one workload of zone 'prod' leave to 0.0.0.0/0",
        "NetworkPolicy 'prod-out': lets pods of zone 'prod' leave to 0.0.0.0/0, where nodes get their credentials",
    ):
        assert said in result.stdout
    assert "correct-horse" not in result.stdout + result.stderr
