"""Every policy checks its cases as the tables say."""

import json

import pytest
from pulumi_policy import ResourceValidationArgs

from tests.policies import (
    aws_cluster_cases,
    aws_data_cases,
    aws_iam_cases,
    aws_pod_cases,
    aws_stack_cases,
    cluster_cases,
    container_cases,
    exemption_cases,
    exposure_cases,
    identity_cases,
    object_cases,
    pod_cases,
    stack_cases,
)
from tests.policies.cases import Case
from tests.policies.samples import validate

CASES = (
    *container_cases.CASES,
    *exposure_cases.CASES,
    *identity_cases.CASES,
    *stack_cases.CASES,
    *pod_cases.CASES,
    *object_cases.CASES,
    *cluster_cases.CASES,
    *exemption_cases.CASES,
    *aws_cluster_cases.CASES,
    *aws_data_cases.CASES,
    *aws_iam_cases.CASES,
    *aws_pod_cases.CASES,
    *aws_stack_cases.CASES,
)


def _of(*kinds: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", [pytest.param(c, id=c.id) for c in CASES if c.kind in kinds])


@pytest.fixture(autouse=True)
def config(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hand the pack the stack's configuration as the language host does."""
    said = {f"planewatch:{key}": json.dumps(value) for key, value in case.config.items()}
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps(said))


@_of("pass", "unknown")
def test_nothing_is_reported(case: Case) -> None:
    outcome = validate(case.policy, case.args)
    assert outcome.violations == ()
    assert outcome.not_applicable is None


@_of("fail")
def test_the_violation_names_resource_finding_and_remedy(case: Case) -> None:
    outcome = validate(case.policy, case.args)
    assert outcome.not_applicable is None
    assert len(outcome.violations) == len(case.says), outcome.violations
    for (message, urn), part in zip(outcome.violations, case.says, strict=True):
        assert part in message
        assert f"Remedy: {case.policy.remediation_steps}" in message
        if isinstance(case.args, ResourceValidationArgs):
            kind = case.args.resource_type.rpartition(":")[2]
            assert message.startswith(f"{kind} '{case.args.name}': ")
        else:
            assert urn in {resource.urn for resource in case.args.resources}


@_of("not-applicable")
def test_the_policy_says_why_it_does_not_apply(case: Case) -> None:
    outcome = validate(case.policy, case.args)
    assert outcome.violations == ()
    assert outcome.not_applicable
