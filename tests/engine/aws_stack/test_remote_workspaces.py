"""Remote planes with a workspace each: a collector's one role writes and reads what is its plane's, nothing else."""

import json
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Literal

import pytest
from botocore.exceptions import ClientError

from tests.engine.aws_stack.harness import ACCOUNT
from tests.engine.aws_stack.made import Role, many, roles_of, statements
from tests.engine.aws_stack.secrets_harness import CLUSTER, SecretsHalf, plane_settings, through_secrets_manager
from tests.harness.aws import REGION, simulated_aws
from tests.harness.aws_existing import ExistingCluster
from tests.harness.managed_prometheus.policies import Policy, is_allowed
from tests.harness.projects import Machine
from tests.harness.settings import Settings

with warnings.catch_warnings():
    # parliament still finds its data with pkg_resources, which says that it will go.
    warnings.simplefilter("ignore")
    import parliament

STACK = "pair"
PREFIX = f"planewatch-{STACK}"
ACCESS: dict[str, Literal["local", "remote"]] = {"near": "remote", "far": "remote", "home": "local"}
REMOTE = [plane for plane, access in ACCESS.items() if access == "remote"]
READS = ("secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue")


@dataclass(frozen=True, kw_only=True)
class Made:
    """What each plane has, by plane, and the key of secrets; ARNs but for the roles."""

    roles: dict[str, Role]
    workspaces: dict[str, str]
    secrets: dict[str, str]
    key: str

    @classmethod
    def of(cls, half: SecretsHalf) -> "Made":
        """Read it from the API."""
        workspaces = half.aws.client("amp").list_workspaces()["workspaces"]
        return cls(
            roles={
                name.removesuffix("-collector"): role
                for name, role in roles_of(half.aws, f"{PREFIX}-").items()
                if name != "console"
            },
            workspaces={one["alias"].removeprefix(f"{PREFIX}-"): one["arn"] for one in workspaces},
            secrets={plane: entry["ARN"] for plane, entry in half.secrets().items() if "DeletedDate" not in entry},
            # Each workspace has one, too.
            key=half.outputs("aws:kms/key:Key")["secrets-key"]["arn"],
        )

    def policies(self, plane: str) -> list[Policy]:
        """Return what the role of a plane's collector may do."""
        return [Policy.parse(json.dumps(document)) for document in self.roles[plane].policies.values()]

    def writes(self, plane: str) -> set[str]:
        """Return the planes to whose workspaces a plane's collector may write."""
        role = self.policies(plane)
        return {whose for whose, arn in self.workspaces.items() if is_allowed(role, "aps:RemoteWrite", arn)}

    def reads(self, plane: str) -> set[str]:
        """Return the planes whose tokens a plane's collector may read, in every way that reading one takes."""
        role = self.policies(plane)
        return {
            whose
            for whose, arn in self.secrets.items()
            if all(is_allowed(role, action, arn) for action in READS)
            and is_allowed(role, "kms:Decrypt", self.key, through_secrets_manager(arn))
        }


def settings(access: dict[str, Literal["local", "remote"]]) -> Settings:
    return plane_settings(access, metrics={"isolation": "workspace"})


@pytest.fixture(scope="module")
def half(machine: Machine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecretsHalf]:
    """Two remote planes and a local one on a cluster that somebody else keeps, in an account of their own."""
    with simulated_aws() as account:
        ExistingCluster().make(account, CLUSTER)
        made = SecretsHalf(machine, tmp_path_factory.mktemp("pair") / "project", account, STACK).create()
        made.write(settings(ACCESS))
        for plane in REMOTE:
            made.rotate(plane, f"{plane}-0123456789abcdef-0123456789abcdef")
        made.up()
        yield made


@pytest.fixture(scope="module")
def made(half: SecretsHalf) -> Made:
    return Made.of(half)


def test_every_plane_has_one_role_and_one_workspace_and_the_remote_ones_a_secret(made: Made) -> None:
    assert made.roles.keys() == made.workspaces.keys() == ACCESS.keys()
    assert sorted(made.secrets) == sorted(REMOTE)


def test_a_collector_writes_to_its_own_workspace_and_reads_its_own_token(made: Made) -> None:
    for plane, access in ACCESS.items():
        assert made.writes(plane) == {plane}
        assert made.reads(plane) == ({plane} if access == "remote" else set())


def test_no_part_of_reading_another_s_token_is_allowed(made: Made) -> None:
    for plane, whose in product(ACCESS, made.secrets):
        if plane != whose:
            role, secret = made.policies(plane), made.secrets[whose]
            assert not any(is_allowed(role, action, secret) for action in READS)
            assert not is_allowed(role, "kms:Decrypt", made.key, through_secrets_manager(secret))


def test_one_right_does_not_reach_into_the_other(made: Made) -> None:
    for plane in ACCESS:
        said = [one for document in made.roles[plane].policies.values() for one in statements(document)]
        rights = {
            (action, resource) for one in said for action in many(one["Action"]) for resource in many(one["Resource"])
        }
        wanted = {("aps:RemoteWrite", made.workspaces[plane])}
        if plane in REMOTE:
            wanted |= {*((action, made.secrets[plane]) for action in READS), ("kms:Decrypt", made.key)}
        assert rights == wanted
        for name, document in made.roles[plane].policies.items():
            assert [str(one) for one in parliament.analyze_policy_string(json.dumps(document)).findings] == [], name


def test_each_service_account_has_one_association_and_its_role_trusts_no_other(half: SecretsHalf, made: Made) -> None:
    eks = half.aws.client("eks")
    listed = eks.list_pod_identity_associations(clusterName=CLUSTER)["associations"]
    assert sorted((one["namespace"], one["serviceAccount"]) for one in listed) == sorted(
        [(f"{PREFIX}-control", "console"), *((f"{PREFIX}-{plane}", "collector") for plane in ACCESS)]
    )
    for one in listed:
        if one["serviceAccount"] == "console":
            continue
        plane = one["namespace"].removeprefix(f"{PREFIX}-")
        ids = {"clusterName": CLUSTER, "associationId": one["associationId"]}
        role = made.roles[plane]
        assert eks.describe_pod_identity_association(**ids)["association"]["roleArn"] == role.arn
        (trust,) = statements(role.trust)
        assert trust["Condition"]["StringEquals"] == {
            "aws:RequestTag/eks-cluster-arn": f"arn:aws:eks:{REGION}:{ACCOUNT}:cluster/{CLUSTER}",
            "aws:RequestTag/kubernetes-namespace": one["namespace"],
            "aws:RequestTag/kubernetes-service-account": "collector",
        }
    # A role for each right would want a second one, which the service does not take.
    with pytest.raises(ClientError, match="ResourceInUseException"):
        eks.create_pod_identity_association(
            clusterName=CLUSTER,
            namespace=f"{PREFIX}-near",
            serviceAccount="collector",
            roleArn=made.roles["far"].arn,
        )


def test_a_second_up_changes_nothing(half: SecretsHalf) -> None:
    half.unchanged()


def test_a_plane_that_is_remote_no_more_keeps_its_role_and_may_write_only(half: SecretsHalf, made: Made) -> None:
    eks = half.aws.client("eks")
    before = eks.list_pod_identity_associations(clusterName=CLUSTER)["associations"]
    half.write(settings({**ACCESS, "near": "local"}))
    half.up()
    now = Made.of(half)
    assert eks.list_pod_identity_associations(clusterName=CLUSTER)["associations"] == before
    assert {plane: role.arn for plane, role in now.roles.items()} == {
        plane: role.arn for plane, role in made.roles.items()
    }
    assert now.workspaces == made.workspaces
    assert [(now.writes(plane), now.reads(plane)) for plane in ACCESS] == [
        ({"near"}, set()),
        ({"far"}, {"far"}),
        ({"home"}, set()),
    ]
    # The secret waits for its end; its ARN is in no policy any more.
    assert made.secrets["near"] not in json.dumps(now.roles["near"].policies)
