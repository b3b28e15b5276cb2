"""Who a service runs as, and where it may write."""

from typing import Any

import pulumi
import pytest

from components.application import ApplicationArgs
from components.data_plane import DataPlane, DataPlaneArgs
from infra.platforms.docker.platform import DockerPlatform
from infra.platforms.kubernetes.args import KubernetesPlatformArgs
from infra.platforms.kubernetes.platform import KubernetesPlatform
from tests.components.declaring import declare, settings
from tests.components.fake_platform import FakePlatform
from tests.components.on_kubernetes import Cluster
from tests.components.test_on_docker import Engine
from tests.harness.mocked import use_mocks
from tests.unit.config.documents import changed, faults

PLACE = "stacks/Pulumi.sample.yaml: planewatch:dataPlanes.prod.workloads.api"
FOLDERS = ("/var/cache/a.b", "/var/cache/a_b", "/srv/data")


def plane(platform: Any) -> Any:
    """Return a program with a plane whose application has a user and folders of its own."""

    def program() -> None:
        shop = ApplicationArgs(image="example/shop:1.0", user="999:0", writable=FOLDERS)
        DataPlane("eu", DataPlaneArgs(applications={"shop": shop}, api_port=1, otlp_http_port=2), platform=platform)

    return pulumi.runtime.test(program)  # type: ignore[no-untyped-call]  # the SDK leaves its decorator untyped


def test_the_stack_file_says_both(platform: FakePlatform) -> None:
    own = {"userId": 999, "groupId": 0, "writablePaths": ["/var/cache"]}
    declare(settings(prod={"workloads": {"api": {}, "shop": own, "till": {"userId": 1000}}}), platform)
    found = {role: platform.workloads["prod", role] for role in ("api", "shop", "till")}
    assert {role: each.user for role, each in found.items()} == {
        "api": "10001:10001",
        "shop": "999:0",
        "till": "1000:1000",
    }
    assert found["shop"].scratch == ("/tmp", "/var/cache")
    assert found["till"].scratch == ("/tmp",)


def test_on_docker_each_folder_is_memory() -> None:
    use_mocks(engine := Engine())
    plane(DockerPlatform("theirs"))()
    shop = engine.container("eu-shop")
    assert shop["user"] == "999:0"
    assert shop["readOnly"]
    assert set(shop["tmpfs"]) == {"/tmp", *FOLDERS}


def test_on_a_cluster_each_folder_is_a_volume_with_a_name_of_its_own() -> None:
    use_mocks(cluster := Cluster())
    plane(KubernetesPlatform("theirs", KubernetesPlatformArgs()))()
    pod = cluster.one("Deployment", "eu-shop")["spec"]["template"]["spec"]
    assert (pod["securityContext"]["runAsUser"], pod["securityContext"]["runAsGroup"]) == (999, 0)
    assert pod["securityContext"]["runAsNonRoot"]
    (container,) = pod["containers"]
    mounts = {each["mountPath"]: each["name"] for each in container["volumeMounts"]}
    assert set(mounts) == {"/tmp", *FOLDERS}
    assert len(set(mounts.values())) == 4
    assert mounts["/tmp"] == "scratch-tmp", "as before: pods of earlier stacks stay as they are"
    assert {volume["name"]: volume["emptyDir"]["medium"] for volume in pod["volumes"]} == dict.fromkeys(
        mounts.values(), "Memory"
    )


@pytest.mark.parametrize(
    ("workload", "says"),
    [
        ({"userId": 0}, ".userId must be ≥ 1 (got 0)"),
        ({"userId": "999"}, '.userId must be an integer (got "999")'),
        ({"userId": 2**31}, ".userId must be ≤ 2,147,483,647 (got 2147483648)"),
        ({"groupId": -1}, ".groupId must be ≥ 0 (got -1)"),
        ({"writablePaths": ["cache"]}, ".writablePaths.0 must be the path of a folder from / on: letters, digits and "),
        ({"writablePaths": ["/"]}, ".writablePaths.0 must be the path of a folder from / on: letters, digits and "),
        ({"writablePaths": ["/a/"]}, ".writablePaths.0 must be the path of a folder from / on: letters, digits and "),
        ({"writablePaths": ["/a/../b"]}, '.writablePaths.0 must be a path without . and .. (got "/a/../b")'),
        (
            {"writablePaths": ["/proc/x"]},
            '.writablePaths.0 must be outside /proc, which is mounted already (got "/proc/x")',
        ),
        ({"writablePaths": ["/etc"]}, ".writablePaths.0 must be outside /etc/planewatch-secrets, which is mounted "),
        ({"writablePaths": ["/tmp"]}, ": writablePaths: /tmp is writable by /tmp already; leave it out"),
        ({"writablePaths": ["/tmp/x"]}, ": writablePaths: /tmp/x is writable by /tmp already; leave it out"),
        ({"writablePaths": ["/a/b", "/a"]}, ": writablePaths: /a/b is writable by /a already; leave it out"),
        ({"writablePaths": ["/a", "/a"]}, ".writablePaths must list each entry once: entries 1 and 2 are the same"),
    ],
)
def test_what_cannot_be_is_refused(workload: Any, says: str) -> None:
    (fault,) = faults(changed("dataPlanes.prod.workloads", {"api": workload}))
    assert fault.startswith(f"{PLACE}{says}")
