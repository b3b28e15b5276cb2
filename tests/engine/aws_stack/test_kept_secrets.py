"""Secrets that somebody else keeps in Secrets Manager: a workload's role reads what its settings name, and no other."""

import json
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from tests.engine.aws_stack.made import roles_of
from tests.engine.aws_stack.secrets_harness import CLUSTER, SecretsHalf, plane_settings, through_secrets_manager
from tests.harness.aws import simulated_aws
from tests.harness.aws_existing import ExistingCluster
from tests.harness.managed_prometheus.policies import Policy, is_allowed
from tests.harness.projects import Machine
from tests.harness.settings import Settings

with warnings.catch_warnings():
    # parliament still finds its data with pkg_resources, which says that it will go.
    warnings.simplefilter("ignore")
    import parliament

STACK = "half"
NAMES = ("prod/queue", "prod/by-alias", "prod/plain", "prod/other")


def using(files: dict[str, Any]) -> Settings:
    """Return settings of two workloads, of which one gets these files."""
    settings = plane_settings({"near": "local"})
    settings["dataPlanes"]["near"]["workloads"] = {"api": {"secretFiles": files}, "other": {}}
    return settings


def stored(secret: str, key: str | None = None) -> dict[str, Any]:
    return {"secretsManager": {"secret": secret, **({"jsonKey": key} if key else {})}}


class Kept:
    """An account with secrets of somebody else's, and a stack of ours that reads some."""

    def __init__(self, half: SecretsHalf) -> None:
        self.half = half
        api, kms = half.aws.client("secretsmanager"), half.aws.client("kms")
        self.key = kms.create_key()["KeyMetadata"]["Arn"]
        kms.create_alias(AliasName="alias/theirs", TargetKeyId=self.key)
        keys = {"prod/queue": {"KmsKeyId": self.key}, "prod/by-alias": {"KmsKeyId": "alias/theirs"}}
        made = {name: api.create_secret(Name=name, SecretString="{}", **keys.get(name, {})) for name in NAMES}
        self.arns = {name: str(one["ARN"]) for name, one in made.items()}

    def policies(self, role: str) -> list[Policy]:
        (document,) = roles_of(self.half.aws, f"planewatch-{STACK}-")[role].policies.values()
        assert [str(one) for one in parliament.analyze_policy_string(json.dumps(document)).findings] == []
        return [Policy.parse(json.dumps(document))]


@pytest.fixture(scope="module")
def kept(machine: Machine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    with simulated_aws() as account:
        ExistingCluster().make(account, CLUSTER)
        half = SecretsHalf(machine, tmp_path_factory.mktemp("kept") / "project", account, STACK).create()
        yield Kept(half)


def test_a_role_reads_what_its_workload_names_and_nothing_else(kept: Kept) -> None:
    queue, alias, plain, other = (kept.arns[name] for name in NAMES)
    # One by its ARN and twice, the others by name.
    files = {"A": stored(queue, "user"), "B": stored(queue, "password"), "C": stored("prod/by-alias")}
    kept.half.write(using({**files, "D": stored("prod/plain")}))
    output = kept.half.up()
    assert f"--cluster-name {CLUSTER} --addon-name aws-secrets-store-csi-driver-provider" in output
    assert roles_of(kept.half.aws, f"planewatch-{STACK}-").keys() == {"console", "prometheus", "near-api"}
    policies = kept.policies("near-api")
    for action in ("secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"):
        assert {arn for arn in kept.arns.values() if is_allowed(policies, action, arn)} == {queue, alias, plain}
    for action in ("PutSecretValue", "DeleteSecret", "UpdateSecret", "ListSecrets", "PutResourcePolicy"):
        assert not is_allowed(policies, f"secretsmanager:{action}", queue)
    for arn in (queue, alias):
        assert is_allowed(policies, "kms:Decrypt", kept.key, through_secrets_manager(arn))
    # AWS's own key needs no permission.
    for arn in (plain, other):
        assert not is_allowed(policies, "kms:Decrypt", kept.key, through_secrets_manager(arn))
    assert not is_allowed(policies, "kms:Decrypt", kept.key, {"kms:EncryptionContext:SecretARN": queue})
    kept.half.unchanged()


def test_one_that_is_not_there_is_told_before_anything_is_made(kept: Kept) -> None:
    kept.half.write(using({"A": stored("prod/queue-of-old")}))
    said = kept.half.up(fails=True)
    assert (
        "planewatch:dataPlanes.near.workloads.api.secretFiles.A: secret prod/queue-of-old cannot be looked up" in said
    )
    assert "check its name and region" in said
    # The update has touched nothing: what it had to do comes after the question.
    assert not [line for line in said.splitlines() if " +  aws:" in line or " ~  aws:" in line or " -  aws:" in line]


def test_the_secrets_are_left_alone_when_the_stack_goes(kept: Kept) -> None:
    kept.half.destroy(fails=True)
    api = kept.half.aws.client("secretsmanager")
    assert {one["Name"] for one in api.list_secrets()["SecretList"]} == set(NAMES)
