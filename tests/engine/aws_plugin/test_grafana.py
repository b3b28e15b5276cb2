"""A Grafana workspace on the simulated API: made, changed in place, its version only ever raised, removed."""

import pytest

from tests.engine.aws_plugin.harness import AwsProject

pytestmark = pytest.mark.engine

PROGRAM = """
role = aws.iam.Role("grafana", name="grafana", assume_role_policy=TRUST)
aws.grafana.Workspace(
    "dashboards",
    name="dashboards",
    account_access_type="CURRENT_ACCOUNT",
    authentication_providers=["AWS_SSO"],
    permission_type="CUSTOMER_MANAGED",
    role_arn=role.arn,
    data_sources=["PROMETHEUS"],
    grafana_version="{version}",
    description="{description}",
    vpc_configuration={network},
    tags={{"purpose": "{description}"}},
)
"""
NETWORK = '{"subnet_ids": ["subnet-0a1b2c3d", "subnet-1a1b2c3d"], "security_group_ids": ["sg-0a1b2c3d"]}'


def test_a_workspace_s_life(project: AwsProject) -> None:
    grafana = project.aws.client("grafana")
    project.up(PROGRAM.format(version="10.4", description="one", network=NETWORK))
    project.unchanged()
    made = project.state()["dashboards"]
    assert made["outputs"]["arn"].endswith(f":/workspaces/{made['id']}")
    assert made["outputs"]["endpoint"].startswith(f"{made['id']}.grafana-workspace.")
    found = grafana.describe_workspace(workspaceId=made["id"])["workspace"]
    assert found["authentication"]["providers"] == ["AWS_SSO"]
    assert found["workspaceRoleArn"].endswith(":role/grafana")
    assert found["vpcConfiguration"]["securityGroupIds"] == ["sg-0a1b2c3d"]
    steps = project.steps(PROGRAM.format(version="12.4", description="two", network="None"))
    assert {name: step["op"] for name, step in steps.items()} == {"dashboards": "update"}
    project.up()
    project.unchanged()
    project.run("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    changed = grafana.describe_workspace(workspaceId=made["id"])["workspace"]
    assert (changed["grafanaVersion"], changed["description"]) == ("12.4", "two")
    assert changed["tags"] == {"purpose": "two"}
    assert "vpcConfiguration" not in changed
    assert "cannot become 10.4" in project.up(
        PROGRAM.format(version="10.4", description="two", network="None"), fails=True
    )
    project.destroy()
    assert grafana.list_workspaces()["workspaces"] == []
