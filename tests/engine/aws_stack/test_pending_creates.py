"""What a killed command was creating is adopted: each kind by its names, and only what is the stack's."""

import json
import secrets
from pathlib import Path
from typing import Any

import pytest

from delivery.aws.account import Account
from delivery.aws.kinds import KINDS
from delivery.aws.pending_creates import adopt_pending_creates, is_unfinished
from delivery.errors import CommandError
from tests.engine.aws_stack.harness import ACCOUNT, AwsHalf, aws_settings
from tests.harness.aws import REGION, SimulatedAws
from tests.harness.projects import Machine

VPC = "aws:ec2/vpc:Vpc"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, aws: SimulatedAws) -> None:
    for name, value in aws.environment.items():
        monkeypatch.setenv(name, value)


def pending(token: str, **inputs: Any) -> dict[str, Any]:
    urn = f"urn:pulumi:s::planewatch::{token}::one"
    return {"type": "creating", "resource": {"urn": urn, "type": token, "custom": True, "inputs": inputs}}


def adopted(*operations: dict[str, Any], stack: str = "half") -> tuple[dict[str, Any], list[str]]:
    """Return the deployment afterwards, and what was said."""
    state = json.dumps({"version": 3, "deployment": {"resources": [], "pending_operations": operations}})
    notes: list[str] = []
    account = Account(stack=stack, region=REGION)
    assert is_unfinished(state)
    return json.loads(adopt_pending_creates(state, account, notes.append, late_s=0))["deployment"], notes


def test_everything_that_a_stack_makes_is_found_again(half: AwsHalf) -> None:
    deployed = json.loads(half.state_text())["deployment"]
    made = [one for one in deployed["resources"] if one["type"] in KINDS]
    others = [one for one in deployed["resources"] if one["type"] not in KINDS]
    assert len({one["type"] for one in made}) > 15
    operations = [{"type": "creating", "resource": {**one, "id": "", "outputs": {}}} for one in made]
    deployed |= {"resources": others, "pending_operations": operations}
    notes: list[str] = []
    account = Account(stack=half.name, region=REGION)
    found = json.loads(adopt_pending_creates(json.dumps({"deployment": deployed}), account, notes.append))["deployment"]
    assert found["pending_operations"] == []
    ids = {one["urn"]: one["id"] for one in found["resources"] if one["type"] in KINDS}
    assert ids == {one["urn"]: one["id"] for one in made}


def test_all_else_is_made_again_without_harm(machine: Machine, aws: SimulatedAws, tmp_path: Path) -> None:
    again = AwsHalf(machine, tmp_path / "project", aws, "again", stack="again").create()
    again.write(aws_settings(region="eu-north-1", protection="deletable"))
    again.up()
    document = json.loads(again.state_text())
    deployed = document["deployment"]
    forgotten = [one for one in deployed["resources"] if one["type"].startswith("aws:") and "id" in one]
    forgotten = [one for one in forgotten if one["type"] not in KINDS]
    assert len({one["type"] for one in forgotten}) > 5
    urns = {one["urn"] for one in forgotten}
    kept = [
        {
            **one,
            "dependencies": [urn for urn in one.get("dependencies", []) if urn not in urns],
            "propertyDependencies": {
                name: [urn for urn in found if urn not in urns]
                for name, found in (one.get("propertyDependencies") or {}).items()
            },
        }
        for one in deployed["resources"]
        if one["urn"] not in urns
    ]
    operations = [{"type": "creating", "resource": {**one, "id": "", "outputs": {}}} for one in forgotten]
    deployed |= {"resources": kept, "pending_operations": operations}
    (file := tmp_path / "state.json").write_text(json.dumps(document))
    again.run("stack", "import", "--file", str(file))
    again.run("refresh", "--yes", "--skip-preview", "--clear-pending-creates")
    again.up()
    again.unchanged()


def test_so_is_what_other_stacks_make(aws: SimulatedAws) -> None:
    def client(service: str) -> Any:
        return aws.client(service)

    role, issuer = f"arn:aws:iam::{ACCOUNT}:role/any", "https://issuer.example"
    budget = {"BudgetName": "some", "TimeUnit": "MONTHLY", "BudgetType": "COST"}
    client("budgets").create_budget(AccountId=ACCOUNT, Budget={**budget, "BudgetLimit": {"Amount": "1", "Unit": "USD"}})
    client("ecr").create_repository(repositoryName="some")
    provider = client("iam").create_open_id_connect_provider(Url=issuer, ThumbprintList=["a" * 40])
    workspace = client("grafana").create_workspace(
        workspaceName="some",
        accountAccessType="CURRENT_ACCOUNT",
        authenticationProviders=["AWS_SSO"],
        permissionType="CUSTOMER_MANAGED",
        workspaceRoleArn=role,
    )
    wanted = {
        "aws:ecr/repository:Repository": "some",
        "aws:secretsmanager/secret:Secret": client("secretsmanager").create_secret(Name="some")["ARN"],
        "aws:budgets/budget:Budget": f"{ACCOUNT}:some",
        "aws:iam/openIdConnectProvider:OpenIdConnectProvider": provider["OpenIDConnectProviderArn"],
        "aws:grafana/workspace:Workspace": workspace["workspace"]["id"],
    }
    deployment, _ = adopted(*(pending(token, name="some", url=issuer) for token in wanted))
    assert {one["type"]: one["id"] for one in deployment["resources"]} == wanted


def test_what_was_never_made_stays_to_be_made() -> None:
    operations = [
        pending("aws:eks/cluster:Cluster", name="nowhere"),
        pending("aws:iam/role:Role", name="nowhere"),
        pending(VPC, cidrBlock="10.0.0.0/16", tags={"Name": "nowhere"}),
        pending(VPC, cidrBlock="10.0.0.0/16"),
        pending("docker:index/network:Network", name="n"),
    ]
    deployment, notes = adopted(*operations)
    assert deployment["pending_operations"] == operations
    assert deployment["resources"] == []
    assert notes == ["looking again in 0 s: AWS may list new resources late"]


def test_what_is_shown_late_is_adopted_too(aws: SimulatedAws) -> None:
    name, notes = f"late-{secrets.token_hex(3)}", list[str]()

    def note(text: str) -> None:
        if "looking again" in text:
            aws.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument="{}")
        notes.append(text)

    role = pending("aws:iam/role:Role", name=name)
    state = json.dumps({"deployment": {"resources": [], "pending_operations": [role]}})
    found = json.loads(adopt_pending_creates(state, Account(stack="half", region=REGION), note, late_s=0))["deployment"]
    assert [one["id"] for one in found["resources"]] == [name]
    assert found["pending_operations"] == []
    assert len(notes) == 2


def test_of_several_that_may_be_it_none_is_taken(aws: SimulatedAws) -> None:
    ec2, name = aws.client("ec2"), f"twice-{secrets.token_hex(3)}"
    tags = [{"Key": "Name", "Value": name}, {"Key": "planewatch:stack", "Value": "half"}]
    specification = [{"ResourceType": "vpc", "Tags": tags}]
    made = [ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=specification)["Vpc"]["VpcId"] for _ in "ab"]
    with pytest.raises(CommandError, match="AWS has several that it may be") as caught:
        adopted(pending(VPC, tags={"Name": name}))
    assert all(vpc in str(caught.value) for vpc in made)
    # Another stack's are no candidates.
    deployment, _ = adopted(pending(VPC, tags={"Name": name}), stack="other")
    assert deployment["resources"] == []


def test_without_credentials_it_says_how_to_log_in(aws: SimulatedAws) -> None:
    expired = {"code": "ExpiredToken", "message": "The security token is expired"}
    with aws.with_faults({"sts:GetCallerIdentity": expired}), pytest.raises(CommandError) as caught:
        adopted(pending(VPC, tags={"Name": "n"}))
    assert "cannot look up what a killed command was creating on AWS" in str(caught.value)
    assert "aws configure sso" in str(caught.value)
