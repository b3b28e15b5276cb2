"""The VPC: which networks, zones and subnets are taken."""

from typing import Any

import pytest

from config.subnets import plan
from tests.unit.config.aws.documents import SUBNETS, VPC, fault, settings

# (value to put there, what the line must say after the place)
CASES: list[tuple[Any, str]] = [
    ({"zons": 2}, ".zons is not a setting; did you mean zones?"),
    ([], " is []; wanted a mapping"),
    ({"cidr": "10.0.0.0"}, '.cidr is "10.0.0.0"; wanted an IPv4 network in CIDR form'),
    ({"cidr": "10.0.0.1/16"}, '.cidr is "10.0.0.1/16"; wanted a network such as 10.64.0.0/16 (10.0.0.1/16'),
    ({"cidr": "999.0.0.0/16"}, '.cidr is "999.0.0.0/16"; wanted a network such as 10.64.0.0/16 (Octet 999'),
    ({"cidr": "10.0.0.0/23"}, ": cidr 10.0.0.0/23 is a /23; wanted a /16 to a /22"),
    ({"cidr": "10.0.0.0/15"}, ": cidr 10.0.0.0/15 is a /15; wanted a /16 to a /22"),
    ({"cidr": "8.8.0.0/16"}, ": cidr 8.8.0.0/16 is not private; wanted a network within 10.0.0.0/8, 172.16"),
    ({"cidr": "172.32.0.0/16"}, ": cidr 172.32.0.0/16 is not private"),
    ({"zones": 1}, ".zones is 1; wanted at least 2"),
    ({"zones": 4}, ".zones is 4; wanted at most 3"),
    ({"zones": True}, ".zones is true; wanted how many zones (2 or 3), or a list of their names"),
    ({"zones": "all"}, '.zones is "all"; wanted how many zones (2 or 3), or a list of their names'),
    ({"zones": ["eu-central-1a"]}, '.zones is ["eu-central-1a"]; wanted at least 2 entries'),
    ({"zones": ["a", "eu-central-1a"]}, '.zones.0 is "a"; wanted an availability zone, e.g. eu-central-1a'),
    ({"zones": [f"eu-central-1{zone}" for zone in "abcd"]}, "; wanted at most 3 entries"),
    ({"zones": ["eu-central-1a"] * 2}, ": zones eu-central-1a, eu-central-1a: one is named twice"),
    ({"nat": "two"}, '.nat is "two"; wanted none, one or per-zone'),
    ({"existing": {**VPC, "vpcId": "vpc-1"}}, '.existing.vpcId is "vpc-1"; wanted the id of a VPC'),
    ({"existing": {**VPC, "vpc": "x"}}, ".existing.vpc is not a setting; did you mean vpcId?"),
    ({"existing": {**VPC, "privateSubnetIds": SUBNETS[:1]}}, "; wanted at least 2 entries"),
    (
        {"existing": {**VPC, "publicSubnetIds": SUBNETS[1:]}},
        f".existing: {SUBNETS[1]} is given twice; wanted each subnet once, private or public",
    ),
]


@pytest.mark.parametrize(("value", "says"), CASES, ids=[str(value) for value, _ in CASES])
def test_a_fault_names_file_place_value_and_what_is_wanted(value: Any, says: str) -> None:
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
