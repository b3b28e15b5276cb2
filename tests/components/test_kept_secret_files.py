"""Files out of secrets that somebody else keeps: a service finds them as it finds its own, and the stack has none."""

import json
from typing import Any

import pulumi
import pytest

from components.application import ApplicationArgs
from components.data_plane import DataPlane, DataPlaneArgs
from components.kept import KeptSecret, KubernetesSecret, StoredSecret
from config.load import Stack
from infra.platforms.docker.platform import DockerPlatform
from infra.platforms.kubernetes.args import KubernetesPlatformArgs
from infra.platforms.kubernetes.platform import KubernetesPlatform
from infra.topology import build
from tests.components.declaring import settings
from tests.components.fake_platform import FakePlatform
from tests.components.on_kubernetes import Cluster
from tests.components.test_on_docker import Engine
from tests.components.test_secret_files import run
from tests.harness.mocked import use_mocks

FOLDER = "/etc/planewatch-kubernetes-secrets"
KEPT: dict[str, KeptSecret] = {
    "DB_PASSWORD": KubernetesSecret(name="orders-db", key="password"),
    "DB_USER": KubernetesSecret(name="orders-db", key="user"),
    "API_KEY": KubernetesSecret(name="shipping", key="key"),
}


def plane(platform: Any, **kept: KeptSecret) -> None:
    shop = ApplicationArgs(image="example/shop:1.0", secrets={"OWN": "hunter2", **kept})
    args = DataPlaneArgs(applications={"shop": shop}, api_port=8081, otlp_http_port=4381, control_plane="watch")
    DataPlane("eu", args, platform=platform)


def on_cluster(**kept: KeptSecret) -> Cluster:
    use_mocks(cluster := Cluster())
    run(lambda: plane(KubernetesPlatform("theirs", KubernetesPlatformArgs(control_plane="watch")), **kept))
    return cluster


def test_the_stack_file_says_where_the_platform_keeps_it(platform: FakePlatform) -> None:
    said = {"name": "orders-db", "key": "password"}
    files = {"DB_PASSWORD": {"kubernetesSecret": said}, "OWN": "mine"}
    stack = Stack(
        name="sample",
        settings=settings({"platform": "kubernetes"}, prod={"workloads": {"shop": {"secretFiles": files}}}),
        alert_webhook_url=None,
        secrets={"mine": pulumi.Output.secret("hunter2")},
    )
    run(lambda: build(stack, platform))
    shop = platform.workloads["prod", "shop"]
    assert [(file.path, file.secret) for file in shop.kept] == [(f"{FOLDER}/DB_PASSWORD", KEPT["DB_PASSWORD"])]
    assert [file.path for file in shop.files] == ["/etc/planewatch-secrets/OWN"]
    assert shop.environment["DB_PASSWORD_FILE"] == f"{FOLDER}/DB_PASSWORD"
    assert shop.environment["OWN_FILE"] == "/etc/planewatch-secrets/OWN"


def test_a_pod_gets_just_the_entries_that_are_named() -> None:
    cluster = on_cluster(**KEPT)
    pod = cluster.one("Deployment", "eu-shop")["spec"]["template"]["spec"]
    (volume,) = [each for each in pod["volumes"] if "projected" in each]
    assert volume["projected"] == {
        "defaultMode": 0o440,
        "sources": [
            {"secret": {"name": "shipping", "items": [{"key": "key", "path": "API_KEY"}]}},
            {
                "secret": {
                    "name": "orders-db",
                    "items": [{"key": "password", "path": "DB_PASSWORD"}, {"key": "user", "path": "DB_USER"}],
                }
            },
        ],
    }
    (mount,) = [each for each in pod["containers"][0]["volumeMounts"] if each["name"] == volume["name"]]
    assert (mount["mountPath"], mount["readOnly"]) == (FOLDER, True)
    # Somebody else makes them: the stack has its own Secret only, and nobody may read others by the API.
    assert [each.name for each in cluster.objects if each.typ.endswith(":Secret")] == ["eu-shop-etc-planewatch-secrets"]
    assert "orders-db" not in json.dumps([each.inputs for each in cluster.objects if "Role" in each.typ])


def test_another_reference_rolls_the_pods() -> None:
    def digest(**kept: KeptSecret) -> str:
        template = on_cluster(**kept).one("Deployment", "eu-shop")["spec"]["template"]
        return str(template["metadata"]["annotations"]["planewatch.dev/files"])

    first = digest(A=KubernetesSecret(name="a", key="k"))
    assert first == digest(A=KubernetesSecret(name="a", key="k"))
    assert len({first, digest(), digest(A=KubernetesSecret(name="a", key="l"))}) == 3


def refusal(platform: Any, kept: KeptSecret) -> str:
    """Return why a platform does not run a service with this secret."""
    found = list[str]()

    def declare() -> None:
        # Here, since what is declared before has to come to its end.
        try:
            plane(platform, A=kept)
        except ValueError as error:
            found.append(str(error))

    run(declare)
    return found[0]


@pytest.mark.parametrize("kept", [KubernetesSecret(name="a", key="k"), StoredSecret(secret="a")])
def test_docker_keeps_no_secrets(kept: KeptSecret) -> None:
    use_mocks(Engine())
    said = refusal(DockerPlatform("theirs"), kept)
    assert said == f"A of shop must be a value on Docker, which keeps no secrets (got a {type(kept).__name__})"


def test_a_cluster_has_no_secrets_manager() -> None:
    use_mocks(Cluster())
    platform = KubernetesPlatform("theirs", KubernetesPlatformArgs(control_plane="watch"))
    said = refusal(platform, StoredSecret(secret="prod/queue"))
    assert said == "A of shop must be a KubernetesSecret or a value on Kubernetes (got a StoredSecret)"
