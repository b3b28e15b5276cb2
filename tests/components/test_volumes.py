"""Data of a plane's workloads: one writer, a volume of its own on every platform, and what cannot be beside it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pulumi
import pytest

from components.application import ApplicationArgs
from components.data_plane import DataPlane, DataPlaneArgs
from components.placement import OneReplica
from components.volume import DataVolume
from components.workload import File
from config.load import Stack
from config.settings import StackSettings
from infra.platforms.docker.platform import DockerPlatform, DockerPlatformArgs
from infra.platforms.eks import checks
from infra.platforms.eks.shared import SharedWorkspace
from infra.platforms.kubernetes import kinds
from infra.platforms.kubernetes.args import KubernetesPlatformArgs
from infra.platforms.kubernetes.of_stack import platform_args
from infra.platforms.kubernetes.planned import kept_on_cluster
from infra.platforms.kubernetes.platform import KubernetesPlatform
from tests.components.declaring import declare, settings
from tests.components.fake_platform import FakePlatform
from tests.components.on_kubernetes import Cluster, run
from tests.components.test_on_docker import Engine
from tests.components.test_workload import GOOD
from tests.harness.mocked import use_mocks
from tests.harness.planned import needed, planned
from tests.unit.config.documents import changed, faults

PLACE = "stacks/Pulumi.sample.yaml: planewatch:dataPlanes.prod"
DATA = DataVolume(name="data", path="/srv/data", size="2Gi")
LOG = DataVolume(name="log", path="/srv/log", size="1Gi")
OWN = {"data": {"path": "/srv/data", "size": "2Gi"}}
GIB = 1 << 30


def plane(platform: Any, *volumes: DataVolume) -> Any:
    """Return a program with a plane of which one application has data and one has none."""
    applications = {
        "api": ApplicationArgs(image="example/api:1.0"),
        "shop": ApplicationArgs(image="example/shop:1.0", volumes=volumes),
    }
    args = DataPlaneArgs(applications=applications, api_port=1, otlp_http_port=2)
    return lambda: DataPlane("eu", args, platform=platform)


def said(**more: Any) -> StackSettings:
    return settings(more, prod={"workloads": {"api": {}, "shop": {"volumes": OWN}}})


def on_docker(*volumes: DataVolume, keep_data: bool = True) -> tuple[Engine, Mapping[str, pulumi.ResourceOptions]]:
    """Return what the plane makes on an engine, and the options of each of its resources by name."""
    use_mocks(engine := Engine())
    options = dict[str, pulumi.ResourceOptions]()

    def note(declared: pulumi.ResourceTransformationArgs) -> None:
        options[declared.name] = declared.opts

    def program() -> None:
        pulumi.runtime.register_stack_transformation(note)
        plane(DockerPlatform("theirs", DockerPlatformArgs(keep_data=keep_data)), *volumes)()

    run(program)
    return engine, options


def on_kubernetes(*volumes: DataVolume, **args: Any) -> Cluster:
    use_mocks(cluster := Cluster())
    run(plane(KubernetesPlatform("theirs", KubernetesPlatformArgs(**args)), *volumes))
    return cluster


def test_the_stack_file_says_where_and_how_large(platform: FakePlatform) -> None:
    declare(said(), platform)
    shop, api = (platform.workloads["prod", role] for role in ("shop", "api"))
    assert (shop.volumes, shop.placement) == ((DATA,), OneReplica())
    assert (api.volumes, api.placement) == ((), None)


@pytest.mark.parametrize("keep", [True, False])
def test_on_docker_each_is_a_volume_that_starts_empty_and_writable(*, keep: bool) -> None:
    engine, options = on_docker(DATA, LOG, keep_data=keep)
    volumes = {each.name: each.inputs["name"] for each in engine.made if each.typ.endswith(":Volume")}
    names = {f"eu-shop.{name}-data": f"planewatch-theirs-eu-shop.{name}-data" for name in ("data", "log")}
    assert names.items() <= volumes.items()
    mounts = {each["target"]: each for each in engine.container("eu-shop")["mounts"]}
    for volume, (label, name) in zip((DATA, LOG), names.items(), strict=True):
        assert mounts[volume.path]["source"] == name
        assert not mounts[volume.path].get("readOnly")
        # Otherwise the engine would give it the owner that the image's folder has.
        assert mounts[volume.path]["volumeOptions"] == {"noCopy": True}
        assert options[label].retain_on_delete is keep
        carrier = engine.container(f"{label}-carrier")
        assert (carrier["start"], carrier["mounts"][0]["target"], carrier["mounts"][0]["source"]) == (
            False,
            "/tmp",
            name,
        )
    needs = options["eu-shop"].depends_on
    assert isinstance(needs, list)
    assert {f"{label}-carrier" for label in names} <= {
        each._name for each in needs if isinstance(each, pulumi.Resource)
    }


def test_on_a_cluster_it_is_one_pod_with_a_claim_of_that_size() -> None:
    cluster = on_kubernetes(DATA, LOG)
    spec = cluster.one("StatefulSet", "eu-shop")["spec"]
    assert spec["replicas"] == 1
    claims = {one["metadata"]["name"]: one["spec"] for one in spec["volumeClaimTemplates"]}
    sizes = {name: one["resources"]["requests"]["storage"] for name, one in claims.items()}
    assert sizes == {"data": "2Gi", "log": "1Gi"}
    (container,) = spec["template"]["spec"]["containers"]
    mounts = {each["mountPath"]: each["name"] for each in container["volumeMounts"]}
    assert (mounts["/srv/data"], mounts["/srv/log"]) == ("data", "log")
    assert not [each for each in cluster.objects if each.name == "eu-shop-autoscaler" or each.typ.endswith(":Job")]
    assert cluster.one("Deployment", "eu-api")
    assert cluster.one("HorizontalPodAutoscaler", "eu-api-autoscaler")


@pytest.mark.parametrize("keep", [True, False])
def test_on_a_cluster_each_claim_grows_by_itself_and_goes_where_data_is_not_kept(*, keep: bool) -> None:
    cluster = on_kubernetes(DATA, LOG, keep_data=keep)
    grown = {each.name: each.inputs for each in cluster.made if each.name.endswith("-claims")}
    assert {name: (one["names"], one["size"], one.get("kept", True)) for name, one in grown.items()} == {
        "eu-shop.data-claims": (["data-shop-0"], "2Gi", keep),
        "eu-shop.log-claims": (["log-shop-0"], "1Gi", keep),
    }


def test_a_stack_asks_the_cluster_for_that_much_and_keeps_its_namespace() -> None:
    stack = said(platform="kubernetes")
    asked = needed(stack, 2)["prod"]
    assert (int(asked["persistentvolumeclaims"]), int(asked["requests.storage"])) == (1, 2 * GIB)
    # One pod of the shop; two of the others and one more of each while they roll out.
    assert asked["pods"] == 7
    args = platform_args(
        Stack(name="s", settings=stack, alert_webhook_url=None),
        KubernetesPlatformArgs().access,
        kept_on_cluster(Stack(name="s", settings=stack, alert_webhook_url=None)),
    )
    assert args.claims["prod"] == 1
    (shop,) = [one for one in planned(stack)["prod"] if one.workload.role == "shop"]
    made = kinds.created([shop], stack.kubernetes)
    assert kinds.STATEFUL_SET in made
    assert kinds.DEPLOYMENT not in made


@pytest.mark.parametrize(
    ("workload", "says"),
    [
        ({"volumes": {"data": {"path": "/d"}}}, ".volumes.data.size is required"),
        ({"volumes": {"data": {"size": "1Gi"}}}, ".volumes.data.path is required"),
        ({"volumes": {"Data": {"path": "/d", "size": "1Gi"}}}, ".volumes.Data: this name must be a DNS label"),
        (
            {"volumes": {"scratch-tmp": {"path": "/d", "size": "1Gi"}}},
            ".volumes.scratch-tmp: this name must not begin with scratch-, as folders of memory do",
        ),
        (
            {"volumes": {"data": {"path": "/d", "size": "10GB"}}},
            ".volumes.data.size must be a quantity: an integer > 0 ",
        ),
        (
            {"volumes": {"data": {"path": "/d", "size": "0Gi"}}},
            ".volumes.data.size must be a quantity: an integer > 0 ",
        ),
        ({"volumes": {"data": {"path": "/d", "size": 10}}}, ".volumes.data.size must be a string in quotes"),
        ({"volumes": {"data": {"path": "/d", "size": "8388608Ti"}}}, ".volumes.data.size must be at most 8388607Ti"),
        ({"volumes": {"data": {"path": "data", "size": "1Gi"}}}, ".volumes.data.path must be the path of a folder"),
        ({"volumes": {"data": {"path": "/proc/x", "size": "1Gi"}}}, ".volumes.data.path must be outside /proc"),
        (
            {"volumes": {"data": {"path": "/etc/planewatch-secrets", "size": "1Gi"}}},
            ".volumes.data.path must be outside /etc/planewatch-secrets",
        ),
        (
            {"volumes": {"data": {"path": "/tmp/data", "size": "1Gi"}}},
            ": volumes.data.path must be a folder apart from /tmp, which is memory (got /tmp/data)",
        ),
        (
            {"volumes": OWN, "writablePaths": ["/srv"]},
            ": volumes.data.path must be a folder apart from /srv, which is memory (got /srv/data)",
        ),
        (
            {"volumes": {**OWN, "more": {"path": "/srv", "size": "1Gi"}}},
            ": volumes.more.path must be a folder apart from /srv/data of volumes.data (got /srv)",
        ),
        (
            {"volumes": OWN, "revision": "v2"},
            ": revision must be left out with volumes, since data has one version (got v2)",
        ),
        (
            {"volumes": OWN, "beside": {"v1": {}}},
            ": beside must be left out with volumes, since data has one version (got v1)",
        ),
    ],
)
def test_what_cannot_be_is_refused(workload: Any, says: str) -> None:
    (fault,) = faults(changed("dataPlanes.prod.workloads", {"shop": workload}))
    assert fault.startswith(f"{PLACE}.workloads.shop{says}")


@pytest.mark.parametrize(
    ("workloads", "says"),
    [
        (
            {"shop": {"volumes": {"data-a": OWN["data"]}}, "a-shop": {"volumes": OWN}},
            "workloads.shop.volumes.data-a and workloads.a-shop.volumes.data would both be data-a-shop on a cluster;",
        ),
        (
            {"shop": {"volumes": OWN}, "shop-headless": {}},
            "workloads.shop-headless must have another name: pods of workloads.shop, which has volumes, are found by",
        ),
    ],
)
def test_names_that_would_meet_on_a_cluster_are_refused(workloads: Any, says: str) -> None:
    (fault,) = faults(changed("dataPlanes.prod.workloads", workloads))
    assert fault.startswith(f"{PLACE}: {says}")


@pytest.mark.parametrize(
    ("one", "says"),
    [
        ({"name": "Data"}, "name of a volume must be at most 20 lower-case letters"),
        ({"path": "data"}, r"path of volume data must be a path from / on \(got 'data'\)"),
        ({"size": "1 GB"}, r"size of volume data must be a quantity: .* e.g. 10Gi \(got '1 GB'\)"),
    ],
)
def test_a_volume_that_no_platform_can_make_is_refused(one: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        replace(DATA, **one)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (
            {"scratch": ("/srv",)},
            r"path of volume data of web must be a folder of its own, apart from /srv \(got /srv/data",
        ),
        ({"files": (File(path="/srv/data/x", content=""),)}, r"apart from /srv/data \(got /srv/data\)"),
        ({"volumes": (DATA, DATA)}, r"volumes of web must be listed once each \(got 'data' twice\)"),
        ({"volumes": (DATA, replace(LOG, path="/srv/data/log"))}, r"path of volume log of web .* apart from /srv/data"),
    ],
)
def test_a_volume_shares_its_path_with_nothing(more: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        replace(GOOD, **{"volumes": (DATA,), **more})


def test_an_application_with_data_has_one_version() -> None:
    use_mocks(Cluster())
    applications = {"shop": ApplicationArgs(image="example/shop:1.0", volumes=[DATA], revision="v2")}
    args = DataPlaneArgs(applications=applications, api_port=1, otlp_http_port=2)
    with pytest.raises(ValueError, match=r"revision of shop must be None, since it has volumes .*'v2'"):
        run(lambda: DataPlane("eu", args, platform=KubernetesPlatform("theirs")))


@pytest.mark.parametrize(
    ("aws", "data", "fits"),
    [
        ({"protection": "deletable"}, "keep", False),
        ({"protection": "deletable"}, "delete", True),
        ({"protection": "protected"}, "keep", True),
        ({"protection": "deletable", "cluster": {"existing": "somebody-s"}}, "keep", True),
    ],
)
def test_data_that_goes_with_the_cluster_is_not_said_to_be_kept(aws: dict[str, Any], data: str, *, fits: bool) -> None:
    more = {"region": "eu-central-1", "ownership": {"owner": "o", "costCenter": "c"}, **aws}
    stack = Stack(name="s", settings=said(platform="eks", data=data, aws=more), alert_webhook_url=None)
    needed_settings = checks.required_settings(stack)
    if fits:
        checks.refuse_unfit_stack(stack, needed_settings, SharedWorkspace.planned(stack))
        return
    with pytest.raises(pulumi.RunError) as caught:
        checks.refuse_unfit_stack(stack, needed_settings, SharedWorkspace.planned(stack))
    assert str(caught.value).endswith(
        "planewatch:dataPlanes.prod.workloads.shop.volumes go with the stack's own cluster, which"
        " planewatch:aws.protection: deletable lets go, so planewatch:data: keep cannot keep them; set data: delete, or"
        " protection: protected"
    )
