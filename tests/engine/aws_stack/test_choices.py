"""A managed collector in place of agents, and Grafana beside the console: what they are, and all that they may do."""

import base64
import json
import warnings
from typing import Any

import pytest
import yaml

from tests.engine.aws_stack.harness import ACCOUNT, AwsHalf, aws_settings
from tests.engine.aws_stack.made import Role, roles_of, statements
from tests.harness.aws import SimulatedAws
from tests.harness.managed_prometheus.policies import Policy, is_allowed
from tests.harness.projects import ROOT, Machine
from tests.harness.settings import Settings

with warnings.catch_warnings():
    # parliament still finds its data with pkg_resources, which says that it will go.
    warnings.simplefilter("ignore")
    import parliament

REGION = "eu-west-3"
PREFIX = "planewatch-chosen"
SCRAPERS = f"arn:aws:aps:{REGION}:{ACCOUNT}:scraper/*"


def settings(**planes: int) -> Settings:
    said = aws_settings(
        region=REGION,
        registry=False,
        grafana=True,
        network={"cidr": "10.112.0.0/20", "zones": 2, "nat": "none"},
        metrics={"collection": "scraper"},
    )
    said["controlPlane"]["scrapeIntervalSeconds"] = 30
    said["dataPlanes"] = {name: {"apiPort": port, "otlpHttpPort": port + 100} for name, port in planes.items()}
    return said


@pytest.fixture(scope="module")
def chosen(machine: Machine, aws: SimulatedAws, tmp_path_factory: pytest.TempPathFactory) -> AwsHalf:
    """A half with both, in a region of its own."""
    made = AwsHalf(machine, tmp_path_factory.mktemp("chosen") / "project", aws, "chosen", stack="chosen").create()
    made.write(settings(shop=8081))
    made.up()
    return made


@pytest.fixture(scope="module")
def made(chosen: AwsHalf) -> dict[str, Role]:
    return roles_of(chosen.aws, f"{PREFIX}-")


@pytest.fixture(scope="module")
def workspace(chosen: AwsHalf) -> str:
    (found,) = chosen.aws.client("amp", REGION).list_workspaces()["workspaces"]
    return str(found["arn"])


def scraper_of(chosen: AwsHalf) -> dict[str, Any]:
    amp = chosen.aws.client("amp", REGION)
    (found,) = amp.list_scrapers()["scrapers"]
    described: dict[str, Any] = amp.describe_scraper(scraperId=found["scraperId"])["scraper"]
    return described


def policies(role: Role) -> list[Policy]:
    return [Policy.parse(json.dumps(document)) for document in role.policies.values()]


def test_a_second_up_changes_nothing_and_the_pack_finds_nothing(chosen: AwsHalf) -> None:
    output = chosen.run("preview", "--expect-no-changes", "--policy-pack", str(ROOT / "policies"))
    assert "planewatch@" in output
    assert "[mandatory]" not in output
    assert "can't run policy" not in output


def test_the_collector_stands_where_the_nodes_do_and_finds_the_planes(chosen: AwsHalf, workspace: str) -> None:
    scraper = scraper_of(chosen)
    cluster = chosen.aws.client("eks", REGION).describe_cluster(name=PREFIX)["cluster"]
    assert scraper["alias"] == PREFIX
    assert scraper["destination"] == {"ampConfiguration": {"workspaceArn": workspace}}
    source = scraper["source"]["eksConfiguration"]
    assert source["clusterArn"] == cluster["arn"]
    assert sorted(source["subnetIds"]) == sorted(cluster["resourcesVpcConfig"]["subnetIds"])
    assert source["securityGroupIds"] == [cluster["resourcesVpcConfig"]["clusterSecurityGroupId"]]
    assert scraper["tags"]["planewatch:stack"] == "chosen"
    blob = scraper["scrapeConfiguration"]["configurationBlob"]
    document = yaml.safe_load(blob if b"scrape" in blob else base64.b64decode(blob))
    assert document["global"]["scrape_interval"] == "30s"
    (discovery,) = document["scrape_configs"][0]["kubernetes_sd_configs"]
    assert discovery["namespaces"]["names"] == [f"{PREFIX}-shop"]


def test_another_plane_changes_the_collector_in_place_and_makes_nothing(chosen: AwsHalf) -> None:
    chosen.write(settings(shop=8081, qa=8082))
    try:
        steps = chosen.steps()
    finally:
        chosen.write(settings(shop=8081))
    assert {name: step["op"] for name, step in steps.items()} == {"scraper": "update"}
    assert steps["scraper"]["diffReasons"] == ["scrapeConfiguration"]


def test_roles_are_those_that_have_a_purpose_and_pass_the_linter(made: dict[str, Role]) -> None:
    # Nobody in the cluster writes: there are no agents, and so there is no role for them.
    assert {"console", "grafana", "scraper-source", "scraper-target"} <= made.keys()
    assert "prometheus" not in made
    for name in ("grafana", "scraper-source", "scraper-target"):
        for document in made[name].policies.values():
            assert [str(one) for one in parliament.analyze_policy_string(json.dumps(document)).findings] == []
            assert "*" not in json.dumps(document)


def test_the_collector_writes_to_the_workspace_by_way_of_two_roles(made: dict[str, Role], workspace: str) -> None:
    source, target = made["scraper-source"], made["scraper-target"]
    assert scraper_roles(made) == [source.arn, target.arn]
    (trust,) = statements(source.trust)
    assert trust["Principal"] == {"Service": "scraper.aps.amazonaws.com"}
    assert trust["Condition"] == {
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
        "ArnLike": {"aws:SourceArn": SCRAPERS},
    }
    (trust,) = statements(target.trust)
    assert trust["Principal"] == {"AWS": source.arn}
    assert trust["Condition"] == {"StringLike": {"sts:ExternalId": SCRAPERS}}
    assert is_allowed(policies(source), "sts:AssumeRole", target.arn)
    assert not is_allowed(policies(source), "aps:RemoteWrite", workspace)
    assert is_allowed(policies(target), "aps:RemoteWrite", workspace)
    assert not is_allowed(policies(target), "aps:RemoteWrite", f"{workspace[:-4]}0000")
    assert not is_allowed(policies(target), "aps:QueryMetrics", workspace)


def scraper_roles(made: dict[str, Role]) -> list[str]:
    return [made[name].arn for name in ("scraper-source", "scraper-target")]


def test_the_collector_was_given_these_roles(chosen: AwsHalf, made: dict[str, Role]) -> None:
    configured = scraper_of(chosen)["roleConfiguration"]
    assert [configured["sourceRoleArn"], configured["targetRoleArn"]] == scraper_roles(made)


def test_grafana_may_ask_the_workspace_and_nothing_else(chosen: AwsHalf, made: dict[str, Role], workspace: str) -> None:
    grafana = chosen.aws.client("grafana", REGION)
    (found,) = grafana.list_workspaces()["workspaces"]
    described = grafana.describe_workspace(workspaceId=found["id"])["workspace"]
    assert described["permissionType"] == "CUSTOMER_MANAGED"
    assert described["authentication"]["providers"] == ["AWS_SSO"]
    assert described["dataSources"] == ["PROMETHEUS"]
    assert described.get("notificationDestinations", []) == []
    assert described["grafanaVersion"] == "12.4"
    assert described["workspaceRoleArn"] == made["grafana"].arn
    assert described["tags"]["planewatch:stack"] == "chosen"
    (trust,) = statements(made["grafana"].trust)
    assert trust["Principal"] == {"Service": "grafana.amazonaws.com"}
    assert trust["Condition"] == {
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
        "StringLike": {"aws:SourceArn": f"arn:aws:grafana:{REGION}:{ACCOUNT}:/workspaces/*"},
    }
    allowed = policies(made["grafana"])
    assert is_allowed(allowed, "aps:QueryMetrics", workspace)
    assert not is_allowed(allowed, "aps:QueryMetrics", f"{workspace[:-4]}0000")
    assert not is_allowed(allowed, "aps:RemoteWrite", workspace)
