"""Where each plane has a workspace: whose role may write where, what is whose, and what a plane less touches."""

import json
import warnings
from itertools import product
from typing import Any

import pytest
import yaml

from tests.engine.aws_stack.harness import AwsHalf, aws_settings
from tests.engine.aws_stack.made import Role, roles_of, statements
from tests.harness.aws import SimulatedAws
from tests.harness.managed_prometheus.policies import Policy, is_allowed
from tests.harness.projects import Machine
from tests.harness.settings import Settings

with warnings.catch_warnings():
    # parliament still finds its data with pkg_resources, which says that it will go.
    warnings.simplefilter("ignore")
    import parliament

REGION = "eu-north-1"
PLANES = {"shop": "live", "qa": "qa"}
PREFIX = "planewatch-apart"


def settings(*planes: str) -> Settings:
    said = aws_settings(
        region=REGION,
        registry=False,
        protection="deletable",
        network={"cidr": "10.96.0.0/20", "zones": 2, "nat": "none"},
        metrics={"isolation": "workspace"},
    )
    ports = {"apiPort": 8081, "otlpHttpPort": 4381}
    return {
        **said,
        "dataPlanes": {
            name: {"environment": PLANES[name], **{key: port + shift for key, port in ports.items()}}
            for shift, name in enumerate(planes)
        },
    }


@pytest.fixture(scope="module")
def apart(machine: Machine, aws: SimulatedAws, tmp_path_factory: pytest.TempPathFactory) -> AwsHalf:
    """A half with two planes, in a region of its own."""
    made = AwsHalf(machine, tmp_path_factory.mktemp("apart") / "project", aws, "apart").create()
    made.write(settings(*PLANES))
    made.up()
    return made


@pytest.fixture(scope="module")
def made(apart: AwsHalf) -> dict[str, Role]:
    return roles_of(apart.aws, f"{PREFIX}-")


@pytest.fixture(scope="module")
def workspaces(apart: AwsHalf) -> dict[str, dict[str, Any]]:
    """Every workspace by its plane."""
    found = apart.aws.client("amp", REGION).list_workspaces()["workspaces"]
    own = [workspace for workspace in found if workspace["alias"].startswith(PREFIX)]
    return {workspace["alias"].removeprefix(f"{PREFIX}-"): workspace for workspace in own}


def policies(role: Role) -> list[Policy]:
    return [Policy.parse(json.dumps(document)) for document in role.policies.values()]


def test_each_plane_has_its_workspace_and_nobody_another(workspaces: dict[str, dict[str, Any]]) -> None:
    assert workspaces.keys() == PLANES.keys()
    for plane, workspace in workspaces.items():
        assert {"environment": PLANES[plane], "data_plane_id": plane}.items() <= workspace["tags"].items()


def test_a_plane_s_role_writes_to_its_own_workspace_and_does_nothing_else(
    made: dict[str, Role], workspaces: dict[str, dict[str, Any]]
) -> None:
    for plane, other in product(PLANES, PLANES):
        role, arn = policies(made[f"{plane}-collector"]), workspaces[other]["arn"]
        assert is_allowed(role, "aps:RemoteWrite", arn) is (plane == other)
        for action in ("aps:QueryMetrics", "aps:DeleteWorkspace", "aps:PutRuleGroupsNamespace"):
            assert not is_allowed(role, action, arn)


def test_the_console_asks_every_plane_s_workspace_and_no_other(
    made: dict[str, Role], workspaces: dict[str, dict[str, Any]]
) -> None:
    console = policies(made["console"])
    for workspace in workspaces.values():
        assert is_allowed(console, "aps:QueryMetrics", workspace["arn"])
        assert not is_allowed(console, "aps:QueryMetrics", f"{workspace['arn'][:-4]}0000")
        assert not is_allowed(console, "aps:RemoteWrite", workspace["arn"])


def test_a_plane_s_role_is_for_its_collector(made: dict[str, Role]) -> None:
    assert "prometheus" not in made
    for plane in PLANES:
        role = made[f"{plane}-collector"]
        (statement,) = statements(role.trust)
        asked = statement["Condition"]["StringEquals"]
        assert asked["aws:RequestTag/kubernetes-namespace"] == f"{PREFIX}-{plane}"
        assert asked["aws:RequestTag/kubernetes-service-account"] == "collector"
        for name, document in role.policies.items():
            assert parliament.analyze_policy_string(json.dumps(document)).findings == [], name


def test_what_is_a_plane_s_says_so(apart: AwsHalf) -> None:
    of_planes = {
        name: entry["outputs"]["tagsAll"]
        for name, entry in apart.state().items()
        if "tagsAll" in entry.get("outputs", {}) and name.startswith(tuple(f"{plane}-" for plane in PLANES))
    }
    # Key, log group, three rule groups namespaces and association of each; what shares its name with them is not seen.
    assert len(of_planes) >= 6 * len(PLANES)
    for name, tags in of_planes.items():
        plane = name.partition("-")[0]
        assert {"environment": PLANES[plane], "data_plane_id": plane}.items() <= tags.items(), name


def test_every_workspace_evaluates_its_plane_and_notifies_the_same_people(
    apart: AwsHalf, workspaces: dict[str, dict[str, Any]]
) -> None:
    amp, told = apart.aws.client("amp", REGION), set()
    for plane, workspace in workspaces.items():
        ids = {"workspaceId": workspace["workspaceId"]}
        spaces = [space["name"] for space in amp.list_rule_groups_namespaces(**ids)["ruleGroupsNamespaces"]]
        assert sorted(spaces) == ["alerts", "http", "presence"]
        for space in spaces:
            text = amp.describe_rule_groups_namespace(name=space, **ids)["ruleGroupsNamespace"]["data"]
            rules = [rule for group in yaml.safe_load(text)["groups"] for rule in group["rules"]]
            assert {rule["labels"]["data_plane_id"] for rule in rules} == {plane}
        told.add(amp.describe_alert_manager_definition(**ids)["alertManagerDefinition"]["data"])
    assert len(told) == 1


def test_a_second_up_changes_nothing(apart: AwsHalf) -> None:
    apart.unchanged()


def test_a_plane_less_touches_that_plane_and_whom_the_console_may_ask(apart: AwsHalf) -> None:
    apart.write(settings("shop"))
    try:
        steps = {name: step["op"] for name, step in apart.steps().items()}
    finally:
        apart.write(settings(*PLANES))
    changed = {name: operation for name, operation in steps.items() if not name.startswith("qa-")}
    assert changed == {"console": "update"}
    assert {operation for name, operation in steps.items() if name.startswith("qa-")} == {"delete"}
