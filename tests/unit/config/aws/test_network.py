"""The VPC: which networks, zones and subnets are taken."""

from typing import Any

import pytest

from config.subnets import plan
from tests.unit.config.aws.documents import SUBNETS, VPC, fault, settings

# (value to put there, what the line must say after the place)
CASES: list[tuple[Any, str]] = [
    ({"zons": 2}, ".zons is not a known setting; did you mean zones?"),
    ([], " must be a mapping (`key: value` lines) (got [])"),
    ({"cidr": "10.0.0.0"}, '.cidr must be an IPv4 network in CIDR form, e.g. 10.64.0.0/16 (got "10.0.0.0")'),
    (
        {"cidr": "10.0.0.1/16"},
        '.cidr must be a network such as 10.64.0.0/16: 10.0.0.1/16 has host bits set (got "10.0.0.1/16")',
    ),
    (
        {"cidr": "999.0.0.0/16"},
        (
            ".cidr must be a network such as 10.64.0.0/16: Octet 999 (> 255) not permitted in '999.0.0.0'"
            ' (got "999.0.0.0/16")'
        ),
    ),
    (
        {"cidr": "10.0.0.0/23"},
        (
            ": cidr must be a /16 to /22 network: AWS allows none larger, and pods take their addresses"
            " from it (got 10.0.0.0/23)"
        ),
    ),
    (
        {"cidr": "10.0.0.0/15"},
        (
            ": cidr must be a /16 to /22 network: AWS allows none larger, and pods take their addresses"
            " from it (got 10.0.0.0/15)"
        ),
    ),
    (
        {"cidr": "8.8.0.0/16"},
        (
            ": cidr must be a private network within 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or"
            " 100.64.0.0/10: pods could not reach internet hosts with the same addresses (got 8.8.0.0/16)"
        ),
    ),
    (
        {"cidr": "172.32.0.0/16"},
        (
            ": cidr must be a private network within 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or"
            " 100.64.0.0/10: pods could not reach internet hosts with the same addresses (got"
            " 172.32.0.0/16)"
        ),
    ),
    ({"zones": 1}, ".zones must be ≥ 2 (got 1)"),
    ({"zones": 4}, ".zones must be ≤ 3 (got 4)"),
    ({"zones": True}, ".zones must be the number of zones (2 or 3) or a list of their names (got true)"),
    ({"zones": "all"}, '.zones must be the number of zones (2 or 3) or a list of their names (got "all")'),
    ({"zones": ["eu-central-1a"]}, '.zones must have ≥ 2 entries (got ["eu-central-1a"])'),
    ({"zones": ["a", "eu-central-1a"]}, '.zones.0 must be an availability zone, e.g. eu-central-1a (got "a")'),
    (
        {"zones": [f"eu-central-1{zone}" for zone in "abcd"]},
        '.zones must have ≤ 3 entries (got ["eu-central-1a", "eu-central-1b", "eu-central-1c", "eu-cent…)',
    ),
    (
        {"zones": ["eu-central-1a"] * 2},
        '.zones must list each entry once: entries 1 and 2 are the same (got ["eu-central-1a", "eu-central-1a"])',
    ),
    ({"nat": "two"}, '.nat must be none, one or per-zone (got "two")'),
    (
        {"existing": {**VPC, "vpcId": "vpc-1"}},
        '.existing.vpcId must be a VPC ID, e.g. vpc-0a1b2c3d4e5f60718 (got "vpc-1")',
    ),
    ({"existing": {**VPC, "vpc": "x"}}, ".existing.vpc is not a known setting; did you mean vpcId?"),
    (
        {"existing": {**VPC, "privateSubnetIds": SUBNETS[:1]}},
        '.existing.privateSubnetIds must have ≥ 2 entries (got ["subnet-aaaaaaaaaaaaaaaaa"])',
    ),
    (
        {"existing": {**VPC, "publicSubnetIds": SUBNETS[1:]}},
        ".existing: each subnet must be listed once, as private or as public (got subnet-bbbbbbbbbbbbbbbbb twice)",
    ),
]


@pytest.mark.parametrize(("value", "says"), CASES, ids=[str(value) for value, _ in CASES])
def test_a_fault_names_file_place_value_and_what_it_must_be(value: Any, says: str) -> None:
    assert says in fault("network", value)


@pytest.mark.parametrize("cidr", ["10.0.0.0/16", "172.31.0.0/16", "192.168.0.0/16", "100.127.252.0/22"])
def test_every_private_network_is_taken(cidr: str) -> None:
    assert settings(network={"cidr": cidr}).network.cidr == cidr


@pytest.mark.parametrize("zones", [2, 3, ["eu-central-1a", "eu-central-1b"], [f"eu-central-1{zone}" for zone in "abc"]])
def test_zones_are_a_number_or_names(zones: Any) -> None:
    assert settings(network={"zones": zones}).network.zones == zones


@pytest.mark.parametrize("prefix", range(16, 23))
def test_every_size_of_network_that_is_taken_can_be_cut(prefix: int) -> None:
    cidr = settings(network={"cidr": f"10.0.0.0/{prefix}"}).network.cidr
    assert len(plan(cidr, 3)) == 3
