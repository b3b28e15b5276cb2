"""The parts of the frontend by themselves: policies, elections, and that its actions are AWS's."""

import pytest
from policy_sentry.querying.actions import get_actions_for_service
from pydantic import ValidationError

from tests.harness.managed_prometheus.policies import Policy, is_allowed
from tests.harness.managed_prometheus.replicas import Elections
from tests.harness.managed_prometheus.service import ACTIONS

ARN = "arn:aws:aps:eu-central-1:123456789012:workspace/ws-1"


@pytest.mark.parametrize(
    ("actions", "resource", "allowed"),
    [
        (["aps:RemoteWrite"], ARN, True),
        (["aps:remotewrite"], ARN, True),
        (["aps:Remote*"], ARN.replace("ws-1", "*"), True),
        (["aps:RemoteWrit?"], ARN, True),
        (["aps:QueryMetrics"], ARN, False),
        (["aps:RemoteWrite"], ARN.replace("ws-1", "ws-2"), False),
        (["aps:RemoteWrite"], ARN.replace("ws-1", "WS-1"), False),
        (["aps:RemoteWrite"], ARN.replace("ws-1", "ws-"), False),
    ],
)
def test_actions_and_resources_with_wildcards(actions: list[str], resource: str, *, allowed: bool) -> None:
    assert is_allowed([Policy.allowing(actions, resource)], "aps:RemoteWrite", ARN) is allowed


def test_deny_wins_and_is_the_default() -> None:
    deny = Policy.parse(
        '{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "aps:*", "Resource": "*"}}'
    )
    assert not is_allowed([Policy.allowing(["aps:*"], "*"), deny], "aps:RemoteWrite", ARN)
    assert not is_allowed([], "aps:RemoteWrite", ARN)


def test_conditions_hold_for_keys_that_are_there_and_equal() -> None:
    condition = {"StringEquals": {"kms:ViaService": "a.example", "aws:PrincipalTag/team": ["one", "two"]}}
    statement = {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": ARN, "Condition": condition}
    policy = Policy.model_validate({"Version": "2012-10-17", "Statement": [statement]})
    for via, team, allowed in (("a.example", "two", True), ("b.example", "two", False), ("a.example", "three", False)):
        context = {"kms:ViaService": via, "aws:PrincipalTag/team": team}
        assert is_allowed([policy], "kms:Decrypt", ARN, context) is allowed
    assert not is_allowed([policy], "kms:Decrypt", ARN, {"kms:ViaService": "a.example"})
    assert not is_allowed([policy], "kms:Decrypt", ARN)


@pytest.mark.parametrize(
    ("element", "value"),
    [("Condition", {"StringLike": {}}), ("NotAction", {}), ("NotResource", {}), ("Principal", {})],
)
def test_what_is_not_understood_is_an_error(element: str, value: object) -> None:
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", element: value}
    with pytest.raises(ValidationError, match=element):
        Policy.model_validate({"Version": "2012-10-17", "Statement": [statement]})


def test_one_replica_is_listened_to_until_it_is_silent() -> None:
    now = [0.0]
    elections = Elections(clock=lambda: now[0])
    assert [elections.accepts("c", replica) for replica in "abab"] == [True, False, True, False]
    assert elections.accepts("other", "b")
    now[0] = 29.9
    assert not elections.accepts("c", "b")
    now[0] = 30
    assert elections.accepts("c", "b")
    assert not elections.accepts("c", "a")
    assert elections.elected("c") == "b"


def test_the_elected_stays_it_after_any_silence_when_it_comes_first() -> None:
    now = [0.0]
    elections = Elections(clock=lambda: now[0])
    assert elections.accepts("c", "a")
    now[0] = 3600
    assert elections.accepts("c", "a")
    assert not elections.accepts("c", "b")


def test_the_actions_are_those_of_the_service() -> None:
    assert set(ACTIONS.values()) <= set(get_actions_for_service("aps"))
