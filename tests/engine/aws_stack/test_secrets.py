"""Tokens of remote planes in Secrets Manager: one secret and one reader each, changed by the stack, lost by nobody."""

import json
import warnings
from collections.abc import Iterator

import pytest

from tests.engine.aws_stack.harness import ACCOUNT
from tests.engine.aws_stack.made import resource_policies, roles_of, statements
from tests.engine.aws_stack.secrets_harness import CLUSTER, SecretsHalf, plane_settings, through_secrets_manager
from tests.harness.aws import REGION, simulated_aws
from tests.harness.aws_existing import ExistingCluster
from tests.harness.managed_prometheus.policies import Policy, is_allowed
from tests.harness.projects import Machine

with warnings.catch_warnings():
    # parliament still finds its data with pkg_resources, which says that it will go.
    warnings.simplefilter("ignore")
    import parliament

STACK = "half"
TOKENS = {"near": "near-0123456789abcdef-0123456789abcdef", "far": "far-0123456789abcdef-0123456789abcdef"}
OTHER = "near-fedcba9876543210-fedcba9876543210"


@pytest.fixture(scope="module")
def half(machine: Machine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecretsHalf]:
    """Two remote planes on a cluster that somebody else keeps, in an account of their own."""
    with simulated_aws() as account:
        ExistingCluster().make(account, CLUSTER)
        made = SecretsHalf(machine, tmp_path_factory.mktemp("secrets") / "project", account, STACK).create()
        made.write(plane_settings(dict.fromkeys(TOKENS, "remote")))
        for plane, token in TOKENS.items():
            made.rotate(plane, token)
        output = made.up()
        # The cluster is not the stack's: whoever keeps it installs the driver, and is told how.
        assert f"--cluster-name {CLUSTER} --addon-name aws-secrets-store-csi-driver-provider" in output
        yield made


def test_each_secret_is_the_plane_s_and_encrypted_with_the_stack_s_key(half: SecretsHalf) -> None:
    api = half.aws.client("secretsmanager")
    key = half.outputs("aws:kms/key:Key")["secrets-key"]
    for plane, token in TOKENS.items():
        described = api.describe_secret(SecretId=half.secrets()[plane]["ARN"])
        assert described["Name"].startswith(f"planewatch-{STACK}/{plane}/collector/token-")
        assert described["KmsKeyId"] == key["arn"]
        tags = {tag["Key"]: tag["Value"] for tag in described["Tags"]}
        assert {"environment": plane, "data_plane_id": plane, "planewatch:stack": STACK}.items() <= tags.items()
        assert api.get_secret_value(SecretId=described["ARN"])["SecretString"] == token
    state = half.state_text()
    assert [token for token in TOKENS.values() if token in state] == []
    half.unchanged()


def test_a_plane_s_collector_reads_its_own_secret_and_nothing_else(half: SecretsHalf) -> None:
    made = roles_of(half.aws, f"planewatch-{STACK}-")
    assert made.keys() == {"console", "prometheus", *(f"{plane}-collector" for plane in TOKENS)}
    key = half.outputs("aws:kms/key:Key")["secrets-key"]
    arns = {plane: half.secrets()[plane]["ARN"] for plane in TOKENS}
    for plane in TOKENS:
        role = made[f"{plane}-collector"]
        (trust,) = statements(role.trust)
        assert trust["Condition"]["StringEquals"] == {
            "aws:RequestTag/eks-cluster-arn": f"arn:aws:eks:{REGION}:{ACCOUNT}:cluster/{CLUSTER}",
            "aws:RequestTag/kubernetes-namespace": f"planewatch-{STACK}-{plane}",
            "aws:RequestTag/kubernetes-service-account": "collector",
        }
        (document,) = role.policies.values()
        assert [str(one) for one in parliament.analyze_policy_string(json.dumps(document)).findings] == []
        policies = [Policy.parse(json.dumps(document))]
        for whose, arn in arns.items():
            for action in ("secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"):
                assert is_allowed(policies, action, arn) is (whose == plane)
            assert is_allowed(policies, "kms:Decrypt", key["arn"], through_secrets_manager(arn)) is (whose == plane)
        # The key is of no use but through Secrets Manager.
        own = {"kms:EncryptionContext:SecretARN": arns[plane]}
        assert not is_allowed(policies, "kms:Decrypt", key["arn"], own)
        assert not is_allowed(
            policies, "kms:Decrypt", key["arn"], {**own, "kms:ViaService": f"s3.{REGION}.amazonaws.com"}
        )
        for action in ("PutSecretValue", "DeleteSecret", "UpdateSecret", "ListSecrets", "PutResourcePolicy"):
            assert not is_allowed(policies, f"secretsmanager:{action}", arns[plane])
    policy = resource_policies(half.aws, f"planewatch-{STACK}")[f"alias/planewatch-{STACK}-secrets"]
    assert [one["Principal"] for one in statements(policy)] == [{"AWS": f"arn:aws:iam::{ACCOUNT}:root"}]


def test_another_token_is_another_version_and_touches_nothing_else(half: SecretsHalf) -> None:
    half.rotate("near", OTHER)
    steps = half.steps()
    assert {name: step["op"] for name, step in steps.items()} == {"near-collector-token": "replace"}
    assert OTHER not in half.up()
    api, arn = half.aws.client("secretsmanager"), half.secrets()["near"]["ARN"]
    assert api.get_secret_value(SecretId=arn)["SecretString"] == OTHER
    before = api.get_secret_value(SecretId=arn, VersionStage="AWSPREVIOUS")
    assert before["SecretString"] == TOKENS["near"]


def test_a_stack_that_goes_can_come_again_and_its_secrets_can_be_brought_back(half: SecretsHalf) -> None:
    before = half.secrets()
    # What holds data is protected: the rest of the stack goes nevertheless.
    assert "protected" in half.destroy(fails=True)
    assert all("DeletedDate" in half.secrets()[plane] for plane in TOKENS)
    half.up()
    assert all("DeletedDate" not in half.secrets()[plane] for plane in TOKENS)
    api = half.aws.client("secretsmanager")
    api.restore_secret(SecretId=before["far"]["ARN"])
    assert api.get_secret_value(SecretId=before["far"]["ARN"])["SecretString"] == TOKENS["far"]
