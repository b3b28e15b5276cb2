"""What a stack may say of its AWS account as a whole, and what it is told when parts do not fit together."""

from typing import Any

import pytest

from tests.unit.config.aws.documents import VPC, fault, settings, stack
from tests.unit.config.documents import FILE, faults

# (place below aws, value to put there, what the line must say after the place)
CASES: list[tuple[str, Any, str]] = [
    ("region", "Frankfurt", ' is "Frankfurt"; wanted an AWS region, e.g. eu-central-1'),
    ("account", 111122223333, " is 111122223333; wanted a text; put it in quotes"),
    ("account", "1111", ' is "1111"; wanted an AWS account of 12 digits, in quotes'),
    ("ownership", {"owner": "a"}, ".costCenter is missing; add it"),
    ("ownership", {"owner": "a#", "costCenter": "b"}, '.owner is "a#"; wanted letters, digits, spaces and any of'),
    ("ownership", {"owner": "", "costCenter": "b"}, '.owner is ""; wanted at least 1 character'),
    ("netwrk", {}, " is not a setting; did you mean network?"),
    (
        "notifications",
        {"critical": [{"protocol": "sms", "endpoint": "+49123"}]},
        '.critical.0.protocol is "sms"; wanted email, https, sqs or lambda',
    ),
    ("budget", {"monthlyUsd": 0, "emails": ["a@b.example"]}, ".monthlyUsd is 0; wanted at least 1"),
    ("budget", {"monthlyUsd": 1, "emails": ["a@b.example"] * 11}, "; wanted at most 10 entries"),
    ("identity", "keys", ' is "keys"; wanted pod-identity or irsa'),
]


@pytest.mark.parametrize(("place", "value", "says"), CASES, ids=[f"{place}={value}" for place, value, _ in CASES])
def test_a_fault_names_file_place_value_and_what_is_wanted(place: str, value: Any, says: str) -> None:
    assert says in fault(place, value)


def test_zones_of_another_region_are_told() -> None:
    (line,) = faults(stack(network={"zones": ["eu-central-1a", "us-east-1a"]}))
    assert line == f"{FILE}: planewatch:aws: zones us-east-1a are not of region eu-central-1; wanted zones of it"


def test_services_that_share_addresses_with_the_network_are_told() -> None:
    (line,) = faults(stack(network={"cidr": "10.64.0.0/16"}, cluster={"serviceCidr": "10.64.128.0/20"}))
    assert line.startswith(
        f"{FILE}: planewatch:aws: cluster.serviceCidr 10.64.128.0/20 overlaps network.cidr 10.64.0.0/16"
    )
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
        f"{FILE}: planewatch:aws: cluster.existing is shared, a cluster and a network that somebody else keeps; remove"
        f" {removed}, which would be of the stack's own"
    )
    assert settings(**named).cluster.existing == "shared"


def test_faults_of_different_parts_are_told_at_once() -> None:
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
