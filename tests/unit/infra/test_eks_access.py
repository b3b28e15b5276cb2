"""Who asks, as STS tells it, among the roles and users that IAM names."""

import pytest

from infra.platforms.eks.access import is_among

ROLE = "arn:aws:iam::111122223333:role/platform"
SIGNED_ON = (
    "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-central-1/AWSReservedSSO_Admin_0123456789abcdef"
)
USER = "arn:aws:iam::111122223333:user/people/me"


@pytest.mark.parametrize(
    "caller",
    [
        "arn:aws:sts::111122223333:assumed-role/platform/me@example.com",
        "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/me@example.com",
        USER,
    ],
)
def test_a_session_is_told_by_its_role_and_a_user_by_itself(caller: str) -> None:
    assert is_among(caller, [ROLE, SIGNED_ON, USER])


@pytest.mark.parametrize(
    "caller",
    [
        "arn:aws:sts::111122223333:assumed-role/deployer/me",
        "arn:aws:sts::999999999999:assumed-role/platform/me",
        # Of a user's name there may be a role, too.
        "arn:aws:sts::111122223333:assumed-role/me/session",
        "arn:aws:iam::111122223333:user/platform",
        "arn:aws:iam::111122223333:root",
    ],
)
def test_nobody_else_is_among_them(caller: str) -> None:
    assert not is_among(caller, [ROLE, SIGNED_ON, USER])
