"""Secrets that the platform keeps, on EKS: what pods are told to mount, held against the policies."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.engine.stacks.previews import Key, Planned, planned
from tests.engine.stacks.test_golden import settings_of
from tests.harness.aws import SimulatedAws
from tests.harness.pulumi import ROOT, PulumiStack

CLASS = "kubernetes:secrets-store.csi.x-k8s.io/v1:SecretProviderClass"
STORED = "/etc/planewatch-secrets-manager"
QUEUE = "somebody/queue"


@pytest.fixture(scope="module")
def queue(account: SimulatedAws) -> Iterator[str]:
    """The ARN of a secret that is in the account before the stack is."""
    api = account.client("secretsmanager")
    arn = api.create_secret(Name=QUEUE, SecretString="{}")["ARN"]
    yield arn
    api.delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True)


@pytest.fixture(scope="module")
def steps(account: SimulatedAws, queue: str, tmp_path_factory: pytest.TempPathFactory) -> dict[Key, Planned]:
    """What the stack `prod` would make with a service that gets secrets of both keepers; no policy is violated."""
    del queue
    settings = settings_of(ROOT / "stacks" / "Pulumi.prod.yaml")
    plane = next(iter(settings["dataPlanes"].values()))
    files = {
        "QUEUE_USER": {"secretsManager": {"secret": QUEUE, "jsonKey": "user"}},
        "QUEUE_PASSWORD": {"secretsManager": {"secret": QUEUE, "jsonKey": "pass-word"}},
        "DB_PASSWORD": {"kubernetesSecret": {"name": "orders-db", "key": "password"}},
    }
    plane["workloads"] = {"api": {"secretFiles": files}}
    stack = PulumiStack(name="prod", folder=tmp_path_factory.mktemp("kept"), variables=account.environment)
    stack.write(settings)
    stack.select()
    return planned(stack, "--policy-pack", "policies")


def api_of(steps: dict[Key, Planned]) -> tuple[str, dict[str, Any]]:
    """Return the plane whose API has secrets, and the spec of its pods."""
    ((_, name),) = [key for key in steps if key[0] == CLASS]
    plane = name.removesuffix("-api-etc-planewatch-secrets-manager")
    inputs = steps["kubernetes:apps/v1:Deployment", f"{plane}-api"].inputs
    assert inputs is not None
    return plane, inputs["spec"]["template"]["spec"]


def test_the_driver_writes_what_is_taken_out_of_a_secret_that_is_named_once(
    steps: dict[Key, Planned], queue: str
) -> None:
    plane, pod = api_of(steps)
    declared = steps[CLASS, f"{plane}-api-etc-planewatch-secrets-manager"].inputs
    assert declared is not None
    assert json.loads(declared["spec"]["parameters"]["objects"]) == [
        {
            "objectName": queue,
            "objectType": "secretsmanager",
            "objectAlias": "QUEUE_PASSWORD.json",
            "filePermission": "0444",
            "jmesPath": [
                {"path": '"pass-word"', "objectAlias": "QUEUE_PASSWORD", "filePermission": "0444"},
                {"path": '"user"', "objectAlias": "QUEUE_USER", "filePermission": "0444"},
            ],
        }
    ]
    (mount,) = [each for each in pod["containers"][0]["volumeMounts"] if each["mountPath"] == STORED]
    (volume,) = [each for each in pod["volumes"] if each["name"] == mount["name"]]
    assert (volume["csi"]["driver"], mount["readOnly"]) == ("secrets-store.csi.k8s.io", True)
    variables = {each["name"]: each["value"] for each in pod["containers"][0]["env"]}
    assert variables["QUEUE_PASSWORD_FILE"] == f"{STORED}/QUEUE_PASSWORD"
    assert variables["DB_PASSWORD_FILE"] == "/etc/planewatch-kubernetes-secrets/DB_PASSWORD"


def test_a_secret_of_the_cluster_is_mounted_without_aws(steps: dict[Key, Planned]) -> None:
    _, pod = api_of(steps)
    (volume,) = [each for each in pod["volumes"] if "projected" in each]
    items = [{"key": "password", "path": "DB_PASSWORD"}]
    assert volume["projected"]["sources"] == [{"secret": {"name": "orders-db", "items": items}}]


def test_nothing_is_stored_and_only_the_service_s_role_is_added(steps: dict[Key, Planned]) -> None:
    plane, _ = api_of(steps)
    assert [name for kind, name in steps if kind.startswith("aws:secretsmanager/")] == []
    bound = {name for kind, name in steps if kind == "aws:eks/podIdentityAssociation:PodIdentityAssociation"}
    assert {name for name in bound if name.endswith("-api")} == {f"{plane}-api"}
