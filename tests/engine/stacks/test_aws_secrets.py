"""A remote plane's token on AWS: in Secrets Manager alone, read by one service account, written into its pods."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from tests.engine.stacks.previews import Key, Planned, described, difference, planned
from tests.engine.stacks.test_golden import GOLDEN, settings_of
from tests.harness.aws import SimulatedAws
from tests.harness.golden import Golden
from tests.harness.pulumi import ROOT, PulumiStack

REMOTE = "staging"
TOKEN, OTHER = "0123456789abcdef-of-staging-0123456789abcdef", "fedcba9876543210-of-staging-fedcba9876543210"
PASSWORD = "correct-horse"
CLASS = ("kubernetes:secrets-store.csi.x-k8s.io/v1:SecretProviderClass", "staging-collector-etc-otelcol-secrets")


@dataclass(frozen=True, kw_only=True)
class Previewed:
    """What a preview would make, also with another token, and everything that previews printed."""

    steps: dict[Key, Planned]
    rotated: dict[Key, Planned]
    said: str

    def inputs(self, kind: str, name: str) -> dict[str, Any]:
        inputs = self.steps[kind, name].inputs
        assert inputs is not None
        return inputs


@pytest.fixture(scope="module")
def remote(account: SimulatedAws, tmp_path_factory: pytest.TempPathFactory) -> Previewed:
    """The stack `prod` with one plane that takes telemetry from outside."""
    settings = settings_of(ROOT / "stacks" / "Pulumi.prod.yaml")
    settings["dataPlanes"][REMOTE]["access"] = "remote"
    settings["dataPlanes"][REMOTE]["workloads"] = {"api": {"secretFiles": {"DB_PASSWORD": "orders-db"}}}
    settings["controlPlane"]["console"] = {"unauthenticated": True}
    settings["kubernetes"] = {
        "ingress": {"domain": "watch.example.com", "controllerNamespace": "ingress"},
        "tolerations": [{"key": "dedicated", "value": "metrics", "effect": "NoSchedule"}],
    }
    stack = PulumiStack(name="prod", folder=tmp_path_factory.mktemp("remote"), variables=account.environment)
    stack.write(settings)
    stack.select()
    stack.set_secret(f"otlpTokens.{REMOTE}", TOKEN)
    stack.set_secret("secrets.orders-db", PASSWORD)
    # What was typed in is no part of what is shown.
    stack.runs.clear()
    steps = planned(stack, "--policy-pack", "policies")
    stack.set_secret(f"otlpTokens.{REMOTE}", OTHER)
    rotated = planned(stack)
    said = "\n".join(run.text for run in stack.runs if "preview" in run.command)
    return Previewed(steps=steps, rotated=rotated, said=said)


def test_a_remote_plane_stands_for_the_recorded_difference(remote: Previewed, golden: Golden) -> None:
    usual = (GOLDEN / "prod.txt").read_text().splitlines()
    golden.hold(GOLDEN.parent / "variants" / "prod-remote.txt", difference(usual, described(remote.steps)))


def test_no_object_of_the_cluster_and_no_preview_holds_the_token(remote: Previewed) -> None:
    assert CLASS[1] in remote.said
    assert [token for token in (TOKEN, OTHER, PASSWORD) if token in remote.said] == []
    secrets = {name for kind, name in remote.steps if kind == "kubernetes:core/v1:Secret"}
    # Certificates: controllers read them from Secrets only.
    assert {name for name in secrets if "tls" not in name} == set()


def test_the_driver_writes_the_file_where_the_collector_reads_it(remote: Previewed) -> None:
    declared = remote.inputs(*CLASS)
    parameters = declared["spec"]["parameters"]
    assert declared["spec"]["provider"] == "aws"
    assert (parameters["region"], parameters["usePodIdentity"]) == ("eu-central-1", "true")
    pod = remote.inputs("kubernetes:apps/v1:Deployment", "staging-collector")["spec"]["template"]["spec"]
    (volume,) = [volume for volume in pod["volumes"] if "csi" in volume]
    assert (volume["csi"]["driver"], volume["csi"]["readOnly"]) == ("secrets-store.csi.k8s.io", True)
    (mount,) = [mount for mount in pod["containers"][0]["volumeMounts"] if mount["name"] == volume["name"]]
    assert mount == {"name": volume["name"], "mountPath": "/etc/otelcol-secrets", "readOnly": True}


def test_the_driver_comes_with_the_first_secret_and_looks_for_newer_values(remote: Previewed) -> None:
    addon = remote.inputs("aws:eks/addon:Addon", "secrets-aws-secrets-store-csi-driver-provider")
    assert json.loads(addon["configurationValues"]) == {
        "secrets-store-csi-driver": {
            "enableSecretRotation": True,
            "rotationPollInterval": "300s",
            "tokenRequests": [{"audience": "pods.eks.amazonaws.com"}],
        },
        "tolerations": [
            {"key": "dedicated", "operator": "Equal", "value": "metrics", "effect": "NoSchedule"},
        ],
    }


def test_the_secret_is_the_plane_s(remote: Previewed) -> None:
    secret = remote.inputs("aws:secretsmanager/secret:Secret", "staging-collector-token")
    assert secret["namePrefix"] == "planewatch-prod/staging/collector/token-"
    assert secret["recoveryWindowInDays"] == 30
    assert {"environment": REMOTE, "data_plane_id": REMOTE}.items() <= secret["tagsAll"].items()


def test_another_token_rolls_the_pods_that_read_it_and_no_others(remote: Previewed) -> None:
    changed = {key for key, was in remote.steps.items() if remote.rotated[key] != was}
    # Its own value is hidden in both; what rolls pods is the digest of their files. Until it is made, the secret has
    # another end of its name in each preview.
    named = {
        ("aws:secretsmanager/secret:Secret", name) for name in ("staging-collector-token", "staging-api-DB_PASSWORD")
    }
    assert changed - named == {("kubernetes:apps/v1:Deployment", "staging-collector")}


def test_a_service_reads_its_own_secret_and_no_other(remote: Previewed) -> None:
    pod = remote.inputs("kubernetes:apps/v1:Deployment", "staging-api")["spec"]["template"]["spec"]
    (mount,) = [one for one in pod["containers"][0]["volumeMounts"] if one["mountPath"] == "/etc/planewatch-secrets"]
    (volume,) = [one for one in pod["volumes"] if one["name"] == mount["name"]]
    assert volume["csi"]["driver"] == "secrets-store.csi.k8s.io"
    (variable,) = [one for one in pod["containers"][0]["env"] if one["name"] == "DB_PASSWORD_FILE"]
    assert variable["value"] == "/etc/planewatch-secrets/DB_PASSWORD"
    secret = remote.inputs("aws:secretsmanager/secret:Secret", "staging-api-DB_PASSWORD")
    assert secret["namePrefix"] == "planewatch-prod/staging/api/DB_PASSWORD-"
    association = remote.inputs("aws:eks/podIdentityAssociation:PodIdentityAssociation", "staging-api")
    assert (association["namespace"], association["serviceAccount"]) == ("planewatch-prod-staging", "api")
