"""A service gets a secret as a file, and where the file is as a variable; the secret itself is nowhere else."""

import hashlib
import json
from typing import Any

import pulumi
import pytest
from pulumi.runtime.mocks import MockResourceArgs

from components.application import SECRETS_FOLDER, ApplicationArgs
from components.data_plane import DataPlane, DataPlaneArgs
from config import digest
from config.load import Stack
from infra.platforms.docker.platform import DockerPlatform
from infra.platforms.kubernetes.args import KubernetesPlatformArgs
from infra.platforms.kubernetes.platform import KubernetesPlatform
from infra.topology import build
from tests.components.declaring import is_secret, settings, value_of
from tests.components.fake_platform import FakePlatform
from tests.components.on_kubernetes import Cluster
from tests.components.test_on_docker import Engine
from tests.harness.mocked import use_mocks

PASSWORD = "hunter2"


def run(program: Any) -> None:
    """Run a program's body and wait for everything in it."""
    pulumi.runtime.test(program)()  # type: ignore[no-untyped-call]  # the SDK leaves its decorator untyped


def plane(platform: Any, secret: str = PASSWORD) -> None:
    """Declare a plane with an application that gets a secret, and one that gets none."""
    shop = ApplicationArgs(image="example/shop:1.0", secrets={"DB_PASSWORD": secret})
    applications = {"shop": shop, "cart": ApplicationArgs(image="example/cart:1.0")}
    args = DataPlaneArgs(applications=applications, api_port=8081, otlp_http_port=4381, control_plane="watch")
    DataPlane("eu", args, platform=platform)


def test_the_stack_file_says_which_secret_is_which_file(platform: FakePlatform) -> None:
    workloads = {"shop": {"secretFiles": {"DB_PASSWORD": "orders-db", "API_KEY": "shipping"}}, "cart": {}}
    stack = Stack(
        name="sample",
        settings=settings(prod={"workloads": workloads}),
        alert_webhook_url=None,
        secrets={name: pulumi.Output.secret(f"{PASSWORD} of {name}") for name in ("orders-db", "shipping", "unused")},
    )
    run(lambda: build(stack, platform))
    shop, cart = (platform.workloads["prod", role] for role in ("shop", "cart"))
    assert {file.path: value_of(file.content) for file in shop.files} == {
        "/etc/planewatch-secrets/API_KEY": f"{PASSWORD} of shipping",
        "/etc/planewatch-secrets/DB_PASSWORD": f"{PASSWORD} of orders-db",
    }
    assert all(file.sensitive and is_secret(file.content) for file in shop.files)
    assert shop.environment["DB_PASSWORD_FILE"] == "/etc/planewatch-secrets/DB_PASSWORD"
    assert shop.environment["API_KEY_FILE"] == "/etc/planewatch-secrets/API_KEY"
    assert PASSWORD not in repr(shop.environment) + repr(shop.command)
    assert cart.files == ()
    assert not any(name.endswith("_FILE") for name in cart.environment)


def test_a_plain_value_becomes_a_secret(platform: FakePlatform) -> None:
    run(lambda: plane(platform))
    (file,) = platform.workloads["eu", "shop"].files
    assert is_secret(file.content)


@pytest.fixture
def engine() -> Engine:
    found = Engine()
    use_mocks(found)
    return found


@pytest.fixture
def cluster() -> Cluster:
    found = Cluster()
    use_mocks(found)
    return found


def holders(made: list[MockResourceArgs]) -> list[str]:
    """Return what holds the secret."""
    return [each.name for each in made if PASSWORD in json.dumps(each.inputs, default=str)]


def test_on_docker_only_the_carrier_holds_it(engine: Engine) -> None:
    run(lambda: plane(DockerPlatform("theirs")))
    assert holders(engine.made) == ["eu-shop-etc-planewatch-secrets-carrier"]
    shop = engine.container("eu-shop")
    assert f"DB_PASSWORD_FILE={SECRETS_FOLDER}/DB_PASSWORD" in shop["envs"]
    (mount,) = [each for each in shop["mounts"] if each["target"] == SECRETS_FOLDER]
    assert mount["readOnly"]
    assert not any(each["target"] == SECRETS_FOLDER for each in engine.container("eu-cart")["mounts"])


def test_on_a_cluster_only_a_secret_of_the_workload_holds_it(cluster: Cluster) -> None:
    run(lambda: plane(KubernetesPlatform("theirs", KubernetesPlatformArgs(control_plane="watch"))))
    assert holders(cluster.made) == ["eu-shop-etc-planewatch-secrets"]
    kept = cluster.one("Secret", "eu-shop-etc-planewatch-secrets")["stringData"]
    # Marked as a secret, so that the state encrypts it.
    assert kept["value"] == {"DB_PASSWORD": PASSWORD}
    pod = cluster.one("Deployment", "eu-shop")["spec"]["template"]["spec"]
    (volume,) = [each for each in pod["volumes"] if "secret" in each]
    assert volume["secret"] == {"secretName": "shop-etc-planewatch-secrets", "defaultMode": 0o440}
    (mount,) = [each for each in pod["containers"][0]["volumeMounts"] if each["name"] == volume["name"]]
    assert (mount["mountPath"], mount["readOnly"]) == (SECRETS_FOLDER, True)


def test_another_secret_makes_another_volume_and_rolls_the_pods() -> None:
    def seen(secret: str) -> tuple[str, str]:
        use_mocks(engine := Engine())
        run(lambda: plane(DockerPlatform("theirs"), secret))
        use_mocks(cluster := Cluster())
        run(lambda: plane(KubernetesPlatform("theirs", KubernetesPlatformArgs(control_plane="watch")), secret))
        pod = cluster.one("Deployment", "eu-shop")["spec"]["template"]
        return (
            engine.container("eu-shop-etc-planewatch-secrets-carrier")["name"],
            pod["metadata"]["annotations"]["planewatch.dev/files"],
        )

    first, again, other = seen(PASSWORD), seen(PASSWORD), seen("hunter3")
    assert first == again
    assert first[0] != other[0]
    assert first[1] != other[1]


def test_a_digest_of_a_secret_is_no_hash_that_a_list_of_passwords_could_be_held_against() -> None:
    quick = hashlib.sha256(PASSWORD.encode()).hexdigest()
    here, there = (digest.of_secret(PASSWORD.encode(), 12, salt=salt) for salt in ("here", "there"))
    assert here != there
    assert not quick.startswith(here)
    assert digest.of(PASSWORD.encode(), 12) == quick[:12]
