"""What a stack may say of its AWS account as a whole, and what it is told when parts do not fit together."""

from typing import Any

import pytest

from tests.unit.config.aws.documents import VPC, fault, settings, stack
from tests.unit.config.documents import FILE, faults

# (place below aws, value to put there, what the line must say after the place)
CASES: list[tuple[str, Any, str]] = [
    ("region", "Frankfurt", ' must be an AWS region, e.g. eu-central-1 (got "Frankfurt")'),
    ("account", 111122223333, " must be a string in quotes (got 111122223333)"),
    ("account", "1111", ' must be an AWS account ID: 12 digits in quotes (got "1111")'),
    ("ownership", {"owner": "a"}, ".costCenter is required; add it"),
    (
        "ownership",
        {"owner": "a#", "costCenter": "b"},
        '.owner must be a tag: letters, digits, spaces and + - = . _ : / @ (got "a#")',
    ),
    ("ownership", {"owner": "", "costCenter": "b"}, '.owner must not be empty (got "")'),
    ("netwrk", {}, " is not a known setting; did you mean network?"),
    (
        "notifications",
        {"critical": [{"protocol": "sms", "endpoint": "+49123"}]},
        '.critical.0.protocol must be email, https, sqs or lambda (got "sms")',
    ),
    ("budget", {"monthlyUsd": 0, "emails": ["a@b.example"]}, ".monthlyUsd must be ≥ 1 (got 0)"),
    (
        "budget",
        {"monthlyUsd": 1, "emails": ["a@b.example"] * 11},
        '.emails must have ≤ 10 entries (got ["a@b.example", "a@b.example", "a@b.example", "a@b.example",…)',
    ),
    ("identity", "keys", ' must be pod-identity or irsa (got "keys")'),
]


@pytest.mark.parametrize(("place", "value", "says"), CASES, ids=[f"{place}={value}" for place, value, _ in CASES])
def test_a_fault_names_file_place_value_and_what_it_must_be(place: str, value: Any, says: str) -> None:
    assert says in fault(place, value)


def test_zones_of_another_region_are_reported() -> None:
    (line,) = faults(stack(network={"zones": ["eu-central-1a", "us-east-1a"]}))
    assert line == f"{FILE}: planewatch:aws: network.zones must be in region eu-central-1 (got us-east-1a)"


def test_services_that_share_addresses_with_the_network_are_reported() -> None:
    (line,) = faults(stack(network={"cidr": "10.64.0.0/16"}, cluster={"serviceCidr": "10.64.128.0/20"}))
    assert line.startswith(
        f"{FILE}: planewatch:aws: cluster.serviceCidr must not overlap network.cidr, which is 10.64.0.0/16"
    )
    assert line.endswith("(got 10.64.128.0/20)")
    # Of a VPC that is there only AWS knows the addresses.
    settings(network={"existing": VPC}, cluster={"serviceCidr": "10.64.128.0/20"})


@pytest.mark.parametrize(
    ("part", "value", "removed"),
    [
        ("network", {"cidr": "10.0.0.0/16", "zones": 3}, "network.cidr, network.zones"),
        ("network", {"existing": VPC}, "network.existing"),
        ("cluster", {"version": "1.36", "nodeGroup": {}}, "cluster.version, cluster.nodeGroup"),
        ("cluster", {"publicAccessCidrs": ["10.0.0.0/8"]}, "cluster.publicAccessCidrs"),
    ],
)
def test_settings_of_a_cluster_of_its_own_are_refused_beside_one_of_somebody_else(
    part: str, value: Any, removed: str
) -> None:
    named = {"cluster": {"existing": "shared"}}
    (line,) = faults(stack(**{**named, part: {**named.get(part, {}), **value}}))
    assert line == (
        f"{FILE}: planewatch:aws: remove {removed}: with cluster.existing (shared), cluster and network are not the"
        " stack's to configure"
    )
    assert settings(**named).cluster.existing == "shared"


def test_faults_of_different_parts_are_reported_at_once() -> None:
    lines = faults(stack(region="x", network={"zones": 1, "nat": 2}, cluster={"version": "one"}))
    assert [line.split(" ")[1] for line in lines] == [
        "planewatch:aws.region",
        "planewatch:aws.network.zones",
        "planewatch:aws.network.nat",
        "planewatch:aws.cluster.version",
    ]


def test_defaults_are_the_safe_ones() -> None:
    said = settings()
    assert said.protection == "protected"
    assert said.cluster.public_access_cidrs == []
    assert (said.network.zones, said.network.nat) == (3, "per-zone")
    assert said.metrics.isolation == "shared"
