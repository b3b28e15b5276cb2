"""The real CLI checks a program on the simulated AWS API against the pack; nothing is created, most IDs are unknown."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.aws import simulated_aws
from tests.policies.conftest import PULUMI, MakePreview, Preview

PROGRAM = Path(__file__).parent / "aws_program"

pytestmark = [
    pytest.mark.engine,
    pytest.mark.skipif(PULUMI is None, reason="the Pulumi CLI is not on PATH"),
]


@pytest.fixture(scope="module")
def account() -> Iterator[None]:
    """An empty simulated AWS account that programs find by themselves."""
    with simulated_aws() as started, pytest.MonkeyPatch.context() as patch:
        for name, value in started.environment.items():
            patch.setenv(name, value)
        yield


@pytest.fixture
def preview(account: None, previews_of: MakePreview) -> Preview:  # noqa: ARG001 (its variables)
    return previews_of(PROGRAM)


def test_a_good_program_passes_with_what_aws_decides_unknown(preview: Preview) -> None:
    result = preview({"sample:owner": "platform-team"})
    assert result.returncode == 0, result.stdout + result.stderr
    assert "aws:amp:Workspace metrics create" in result.stdout
    assert "[mandatory]" not in result.stdout
    assert "can't run policy" not in result.stdout


def test_each_resource_and_the_whole_stack_are_checked_before_anything_is_made(preview: Preview) -> None:
    bad = {"sample:from": "0.0.0.0/0", "sample:keyUser": "*", "sample:writes": "true", "sample:anyPod": "true"}
    result = preview(bad)
    assert result.returncode != 0, result.stdout
    for said in (
        "SecurityGroupIngressRule 'https': is open to the internet (0.0.0.0/0). Remedy: ",
        "Key 'key': statement 'Sample' allows everyone (principal *)",
        "Role 'collector': statement '0' trusts pods.eks.amazonaws.com for any account",
        # Its document is unknown, for the workspace has no ARN yet.
        "RolePolicy 'collector': lets plane 'dev' reach workspace 'metrics' without an owner",
        "Workspace 'metrics': lacks the tags owner",
    ):
        assert said in result.stdout, result.stdout
