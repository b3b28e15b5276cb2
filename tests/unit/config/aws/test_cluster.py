"""The EKS cluster: which versions, addresses and names are taken."""

from typing import Any

import pytest

from tests.unit.config.aws.documents import fault

CASES: list[tuple[Any, str]] = [
    ({"version": 1.34}, ".version must be a string in quotes (got 1.34)"),
    ({"version": "1.3"}, '.version must be a minor version of Kubernetes in quotes, e.g. "1.36" (got "1.3")'),
    (
        {"version": "1.33"},
        '.version must be one of 1.34, 1.35, 1.36, for which add-on versions are pinned (got "1.33")',
    ),
    (
        {"serviceCidr": "10.0.0.1/16"},
        '.serviceCidr must be a network such as 10.64.0.0/16: 10.0.0.1/16 has host bits set (got "10.0.0.1/16")',
    ),
    (
        {"serviceCidr": "100.64.0.0/16"},
        (
            ".serviceCidr must be a network within 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16, as EKS"
            ' requires for Services (got "100.64.0.0/16")'
        ),
    ),
    (
        {"serviceCidr": "10.0.0.0/25"},
        '.serviceCidr must be a /12 to /24 network, as EKS requires for Services (got "10.0.0.0/25")',
    ),
    (
        {"serviceCidr": "10.0.0.0/11"},
        '.serviceCidr must be a /12 to /24 network, as EKS requires for Services (got "10.0.0.0/11")',
    ),
    ({"compute": "fargate"}, '.compute must be node-group or auto-mode (got "fargate")'),
    (
        {"publicAccessCidrs": ["10.0.0.0/33"]},
        (
            ".publicAccessCidrs.0 must be a network such as 10.64.0.0/16: '33' is not a valid netmask"
            ' (got "10.0.0.0/33")'
        ),
    ),
    (
        {"administrators": ["me"]},
        (
            ".administrators.0 must be the ARN of an IAM role or user (not of a session), e.g."
            ' arn:aws:iam::111122223333:role/platform (got "me")'
        ),
    ),
    (
        {"administrators": [f"arn:aws:iam::111122223333:role/{path}ops" for path in ("", "a/")]},
        (
            ".administrators must list ARNs with different names after the last /, which identify"
            ' administrators (got ["arn:aws:iam::111122223333:role/ops", "arn:aws:iam::1111222…)'
        ),
    ),
    # What `aws sts get-caller-identity` says of somebody who has taken on a role: EKS lets no session in by its ARN.
    (
        {"administrators": ["arn:aws:sts::111122223333:assumed-role/platform/me"]},
        (
            ".administrators.0 must be the ARN of an IAM role or user (not of a session), e.g."
            " arn:aws:iam::111122223333:role/platform (got"
            ' "arn:aws:sts::111122223333:assumed-role/platform/me")'
        ),
    ),
    (
        {"logRetentionDays": 2},
        (
            ".logRetentionDays must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545,"
            " 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653 (got 2)"
        ),
    ),
    (
        {"existing": "a b"},
        '.existing must be an EKS cluster name: letters, digits, hyphens and underscores (got "a b")',
    ),
]


@pytest.mark.parametrize(("value", "says"), CASES, ids=[str(value) for value, _ in CASES])
def test_a_fault_names_file_place_value_and_what_it_must_be(value: Any, says: str) -> None:
    assert says in fault("cluster", value)
