"""The EKS cluster: which versions, addresses and names are taken."""

from typing import Any

import pytest

from tests.unit.config.aws.documents import fault

CASES: list[tuple[Any, str]] = [
    ({"version": 1.34}, ".version is 1.34; wanted a text; put it in quotes"),
    ({"version": "1.3"}, '.version is "1.3"; wanted a minor version of Kubernetes in quotes'),
    ({"version": "1.33"}, '.version is "1.33"; wanted one of 1.34, 1.35, 1.36, for which'),
    ({"serviceCidr": "10.0.0.1/16"}, '.serviceCidr is "10.0.0.1/16"; wanted a network such as'),
    (
        {"serviceCidr": "100.64.0.0/16"},
        '.serviceCidr is "100.64.0.0/16"; wanted a network within 10.0.0.0/8',
    ),
    ({"serviceCidr": "10.0.0.0/25"}, '.serviceCidr is "10.0.0.0/25"; wanted a /12 to a /24, as EKS has'),
    ({"serviceCidr": "10.0.0.0/11"}, '.serviceCidr is "10.0.0.0/11"; wanted a /12 to a /24, as EKS has'),
    ({"compute": "fargate"}, '.compute is "fargate"; wanted node-group or auto-mode'),
    ({"publicAccessCidrs": ["10.0.0.0/33"]}, '.publicAccessCidrs.0 is "10.0.0.0/33"; wanted a network such'),
    ({"administrators": ["me"]}, '.administrators.0 is "me"; wanted the ARN of a role or user of IAM'),
    (
        {"administrators": [f"arn:aws:iam::111122223333:role/{path}ops" for path in ("", "a/")]},
        "; wanted ARNs that end differently: administrators are told apart by that",
    ),
    # What `aws sts get-caller-identity` says of somebody who has taken on a role: EKS lets no session in by its ARN.
    (
        {"administrators": ["arn:aws:sts::111122223333:assumed-role/platform/me"]},
        "wanted the ARN of a role or user of IAM (of no session), e.g. arn:aws:iam::111122223333:role/platform",
    ),
    ({"logRetentionDays": 2}, ".logRetentionDays is 2; wanted one of 1, 3, 5, 7, 14"),
    ({"existing": "a b"}, '.existing is "a b"; wanted the name of an EKS cluster'),
]


@pytest.mark.parametrize(("value", "says"), CASES, ids=[str(value) for value, _ in CASES])
def test_a_fault_names_file_place_value_and_what_is_wanted(value: Any, says: str) -> None:
    assert says in fault("cluster", value)
