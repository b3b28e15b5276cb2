"""What a stack may say of its AWS account, and what it is told when that cannot be."""

from typing import Any

import pytest

from config.aws.nodes import NodeGroup, is_graviton
from config.aws.settings import AwsSettings
from config.subnets import plan, service_cidr
from tests.unit.config.documents import FILE, Document, faults, good, read

SUBNETS = [f"subnet-{letter * 17}" for letter in "ab"]
VPC = {"vpcId": f"vpc-{'a' * 17}", "privateSubnetIds": SUBNETS}
# (place below aws, value to put there, what the line must say after the place)
CASES: list[tuple[str, Any, str]] = [
    ("region", "Frankfurt", ' is "Frankfurt"; wanted an AWS region, e.g. eu-central-1'),
    ("account", 111122223333, " is 111122223333; wanted a text; put it in quotes"),
    ("account", "1111", ' is "1111"; wanted an AWS account of 12 digits, in quotes'),
    ("ownership", {"owner": "a"}, ".costCenter is missing; add it"),
    ("ownership", {"owner": "a#", "costCenter": "b"}, '.owner is "a#"; wanted letters, digits, spaces and any of'),
    ("ownership", {"owner": "", "costCenter": "b"}, '.owner is ""; wanted at least 1 character'),
    ("netwrk", {}, " is not a setting; did you mean network?"),
    ("network", {"zons": 2}, ".zons is not a setting; did you mean zones?"),
    ("network", [], " is []; wanted a mapping"),
    ("network", {"cidr": "10.0.0.0"}, '.cidr is "10.0.0.0"; wanted an IPv4 network in CIDR form'),
    ("network", {"cidr": "10.0.0.1/16"}, '.cidr is "10.0.0.1/16"; wanted a network such as 10.64.0.0/16 (10.0.0.1/16'),
    ("network", {"cidr": "999.0.0.0/16"}, '.cidr is "999.0.0.0/16"; wanted a network such as 10.64.0.0/16 (Octet 999'),
    ("network", {"cidr": "10.0.0.0/23"}, ": cidr 10.0.0.0/23 is a /23; wanted a /16 to a /22"),
    ("network", {"cidr": "10.0.0.0/15"}, ": cidr 10.0.0.0/15 is a /15; wanted a /16 to a /22"),
    ("network", {"cidr": "8.8.0.0/16"}, ": cidr 8.8.0.0/16 is not private; wanted a network within 10.0.0.0/8, 172.16"),
    ("network", {"cidr": "172.32.0.0/16"}, ": cidr 172.32.0.0/16 is not private"),
    ("network", {"zones": 1}, ".zones is 1; wanted at least 2"),
    ("network", {"zones": 4}, ".zones is 4; wanted at most 3"),
    ("network", {"zones": True}, ".zones is true; wanted how many zones (2 or 3), or a list of their names"),
    ("network", {"zones": "all"}, '.zones is "all"; wanted how many zones (2 or 3), or a list of their names'),
    ("network", {"zones": ["eu-central-1a"]}, '.zones is ["eu-central-1a"]; wanted at least 2 entries'),
    ("network", {"zones": ["a", "eu-central-1a"]}, '.zones.0 is "a"; wanted an availability zone, e.g. eu-central-1a'),
    ("network", {"zones": [f"eu-central-1{zone}" for zone in "abcd"]}, "; wanted at most 3 entries"),
    ("network", {"zones": ["eu-central-1a"] * 2}, ": zones eu-central-1a, eu-central-1a: one is named twice"),
    ("network", {"nat": "two"}, '.nat is "two"; wanted none, one or per-zone'),
    ("network", {"existing": {**VPC, "vpcId": "vpc-1"}}, '.existing.vpcId is "vpc-1"; wanted the id of a VPC'),
    ("network", {"existing": {**VPC, "vpc": "x"}}, ".existing.vpc is not a setting; did you mean vpcId?"),
    ("network", {"existing": {**VPC, "privateSubnetIds": SUBNETS[:1]}}, "; wanted at least 2 entries"),
    (
        "network",
        {"existing": {**VPC, "publicSubnetIds": SUBNETS[1:]}},
        f".existing: {SUBNETS[1]} is given twice; wanted each subnet once, private or public",
    ),
    ("cluster", {"version": 1.34}, ".version is 1.34; wanted a text; put it in quotes"),
    ("cluster", {"version": "1.3"}, '.version is "1.3"; wanted a minor version of Kubernetes in quotes'),
    ("cluster", {"version": "1.33"}, '.version is "1.33"; wanted one of 1.34, 1.35, 1.36, for which'),
    ("cluster", {"serviceCidr": "10.0.0.1/16"}, '.serviceCidr is "10.0.0.1/16"; wanted a network such as'),
    (
        "cluster",
        {"serviceCidr": "100.64.0.0/16"},
        '.serviceCidr is "100.64.0.0/16"; wanted a network within 10.0.0.0/8',
    ),
    ("cluster", {"serviceCidr": "10.0.0.0/25"}, '.serviceCidr is "10.0.0.0/25"; wanted a /12 to a /24, as EKS has'),
    ("cluster", {"serviceCidr": "10.0.0.0/11"}, '.serviceCidr is "10.0.0.0/11"; wanted a /12 to a /24, as EKS has'),
    ("cluster", {"compute": "fargate"}, '.compute is "fargate"; wanted node-group or auto-mode'),
    ("cluster", {"publicAccessCidrs": ["10.0.0.0/33"]}, '.publicAccessCidrs.0 is "10.0.0.0/33"; wanted a network such'),
    ("cluster", {"administrators": ["me"]}, '.administrators.0 is "me"; wanted an ARN with an account'),
    ("cluster", {"logRetentionDays": 2}, ".logRetentionDays is 2; wanted 1, 3, 5, 7, 14"),
    ("cluster", {"existing": "a b"}, '.existing is "a b"; wanted the name of an EKS cluster'),
    ("cluster", {"nodeGroup": {"instanceTypes": []}}, ".nodeGroup.instanceTypes is []; wanted at least one entry"),
    ("cluster", {"nodeGroup": {"minimum": 0}}, ".nodeGroup.minimum is 0; wanted at least 1"),
    ("cluster", {"nodeGroup": {"diskGib": 19}}, ".nodeGroup.diskGib is 19; wanted at least 20"),
    ("cluster", {"nodeGroup": {"minimum": 4, "maximum": 3}}, ".nodeGroup: a node group of at least 4 and at most 3"),
    (
        "cluster",
        {"nodeGroup": {"instanceTypes": ["m7g.large", "m7i.large"]}},
        ".nodeGroup: instance types m7g.large, m7i.large mix Graviton and x86",
    ),
    ("metrics", {"retentionDays": 1096}, ".retentionDays is 1096; wanted at most 1095"),
    (
        "metrics",
        {"collection": "scraper", "isolation": "workspace"},
        ": collection scraper writes to one workspace; wanted isolation: shared with it",
    ),
    (
        "notifications",
        {"critical": [{"protocol": "sms", "endpoint": "+49123"}]},
        '.critical.0.protocol is "sms"; wanted email, https, sqs or lambda',
    ),
    ("budget", {"monthlyUsd": 0, "emails": ["a@b.example"]}, ".monthlyUsd is 0; wanted at least 1"),
    ("identity", "keys", ' is "keys"; wanted pod-identity or irsa'),
]


def stack(**aws: Any) -> Document:
    return {
        **good(),
        "aws": {"region": "eu-central-1", "ownership": {"owner": "platform", "costCenter": "4711"}, **aws},
    }


def settings(**aws: Any) -> AwsSettings:
    said = read(stack(**aws)).aws
    assert said is not None
    return said


@pytest.mark.parametrize(("place", "value", "says"), CASES, ids=[f"{place}={value}" for place, value, _ in CASES])
def test_a_fault_names_file_place_value_and_what_is_wanted(place: str, value: Any, says: str) -> None:
    (line,) = faults(stack(**{place: value}))
    assert line.startswith(f"{FILE}: planewatch:aws.{place}")
    assert says in line
    assert "^" not in line, "a regular expression explains nothing to a person"
    assert "[names]" not in line, "nor do the marks of alternatives"


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


@pytest.mark.parametrize("cidr", ["10.0.0.0/16", "172.31.0.0/16", "192.168.0.0/16", "100.127.252.0/22"])
def test_every_private_network_is_taken(cidr: str) -> None:
    assert settings(network={"cidr": cidr}).network.cidr == cidr


@pytest.mark.parametrize(
    ("networks", "services"),
    [
        (["10.64.0.0/16"], "172.20.0.0/16"),
        (["172.20.0.0/22"], "10.100.0.0/16"),
        (["10.100.0.0/16"], "172.20.0.0/16"),
        (["10.100.0.0/16", "172.16.0.0/16"], "172.20.0.0/16"),
    ],
)
def test_services_get_addresses_beside_the_network(networks: list[str], services: str) -> None:
    assert service_cidr(*networks) == services


def test_a_vpc_may_leave_no_addresses_to_choose_for_services() -> None:
    with pytest.raises(ValueError, match="overlaps both"):
        service_cidr("10.100.5.0/24", "172.20.0.0/22")


def _scraped(interval: int, **more: Any) -> Document:
    control = {"scrapeIntervalSeconds": interval}
    return {**stack(metrics={"collection": "scraper"}), "platform": "eks", "controlPlane": control, **more}


def test_a_managed_collector_wants_its_interval_to_be_said() -> None:
    (line,) = faults(_scraped(10))
    assert line == (
        f"{FILE}: planewatch:controlPlane.scrapeIntervalSeconds is 10; with planewatch:aws.metrics.collection: scraper"
        " wanted 30, below which AWS's managed collector does not go: figures are older by as much; or take"
        " collection: agents"
    )
    assert read(_scraped(30)).control_plane.scrape_interval_seconds == 30
    # Elsewhere the section is not looked at.
    assert read(_scraped(10, platform="docker")).control_plane.scrape_interval_seconds == 10


@pytest.mark.parametrize("interval", [21, 30])
def test_whoever_else_scrapes_does_so_three_times_in_the_windows_of_rules(interval: int) -> None:
    (line,) = faults({**stack(), "platform": "eks", "controlPlane": {"scrapeIntervalSeconds": interval}})
    assert f"planewatch:controlPlane.scrapeIntervalSeconds is {interval}; wanted at most 20: rules" in line


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


@pytest.mark.parametrize("zones", [2, 3, ["eu-central-1a", "eu-central-1b"], [f"eu-central-1{zone}" for zone in "abc"]])
def test_zones_are_a_number_or_names(zones: Any) -> None:
    assert settings(network={"zones": zones}).network.zones == zones


@pytest.mark.parametrize("prefix", range(16, 23))
def test_every_size_of_network_that_is_taken_can_be_cut(prefix: int) -> None:
    cidr = settings(network={"cidr": f"10.0.0.0/{prefix}"}).network.cidr
    assert len(plan(cidr, 3)) == 3


@pytest.mark.parametrize(
    ("instance_type", "graviton"),
    [("m7g.large", True), ("c8gn.xlarge", True), ("t4g.medium", True), ("m7i.large", False), ("g5.xlarge", False)],
)
def test_processors_are_known_by_the_name_of_the_type(instance_type: str, graviton: bool) -> None:
    assert is_graviton(instance_type) is graviton
    assert NodeGroup(instanceTypes=[instance_type]).graviton is graviton
