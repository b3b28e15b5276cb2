"""What a stack says of availability and settings, as a deployer with the documented rights previews it.

The API server has tried every object by then. One preview is enough for all tests here: nothing is deployed.
"""

import json
import os
from dataclasses import dataclass
from typing import Any

import pytest

import toolchain.cluster
from config.settings import StackSettings
from tests.harness.demanded import demanded
from tests.harness.deployers import deployer, documented_rules, kubeconfig
from tests.harness.kubernetes import cluster_settings
from tests.harness.planned import needed
from tests.harness.pulumi import PulumiStack, stack_name
from tests.harness.settings import Settings
from toolchain.cluster import Cluster
from toolchain.obtain.cache import Cache

Object = dict[str, Any]
DIGEST = f"sha256:{'0a' * 32}"
KUBERNETES: dict[str, Any] = {
    "nodeSelector": {"kubernetes.io/os": "linux"},
    "tolerations": [{"key": "dedicated", "value": "watching", "effect": "NoSchedule"}],
    "imagePullSecrets": ["registry"],
    "labels": {"example.com/team": "platform"},
    "annotations": {"example.com/contact": "platform@example.com"},
    "progressDeadlineSeconds": 240,
}


@dataclass(frozen=True, kw_only=True)
class Previewed:
    """A stack's objects by kind, as they would be made."""

    settings: Settings
    objects: dict[str, list[Object]]
    priority: str

    @property
    def everything(self) -> list[Object]:
        """Every object."""
        return [found for kind, all_ in self.objects.items() if kind != "kubernetes" for found in all_]

    @property
    def controllers(self) -> list[Object]:
        """Everything that runs pods."""
        return [*self.objects["Deployment"], *self.objects["StatefulSet"]]

    @property
    def containers(self) -> list[Object]:
        """Every container that would run."""
        return [entry for one in self.controllers for entry in pod(one)["containers"]]


def pod(controller: Object) -> Object:
    spec: Object = controller["spec"]["template"]["spec"]
    return spec


def key(found: Object) -> tuple[str, str]:
    return found["metadata"]["namespace"], found["metadata"]["name"]


@pytest.fixture(scope="module")
def previewed(tmp_path_factory: pytest.TempPathFactory) -> Previewed:
    folder = tmp_path_factory.mktemp("stack")
    cluster: Cluster = toolchain.cluster.up(Cache.of(os.environ))
    stack = PulumiStack(name=stack_name("guard"), folder=folder)
    with deployer(cluster, documented_rules()) as (_, token, kube):
        priority = f"{stack.name}-watching"
        kube.run("create", "priorityclass", priority, "--value=1000")
        try:
            said = cluster_settings(cluster, ("dev", "prod"))
            own = {"kubeconfig": str(kubeconfig(cluster, folder / "own", token=token)), **KUBERNETES}
            said["kubernetes"] = {**said["kubernetes"], **own, "priorityClasses": {"controlPlane": priority}}
            said["images"] = {"collector": {"digest": DIGEST}}
            stack.write(said)
            stack.select()
            run = stack.pulumi("preview", "--json", merge=False).succeeded()
        finally:
            kube.run("delete", f"priorityclass/{priority}")
    objects: dict[str, list[Object]] = {}
    for step in json.loads(run.text)["steps"]:
        kind, inputs = step["newState"]["type"], step["newState"].get("inputs", {})
        if kind.startswith("kubernetes:"):
            objects.setdefault(kind.rpartition(":")[2], []).append(inputs)
    return Previewed(settings=said, objects=objects, priority=priority)


def test_the_quota_counts_what_is_declared(previewed: Previewed) -> None:
    said = StackSettings.model_validate(previewed.settings)
    assert demanded(previewed.everything) == needed(said, 6)


def test_every_container_has_requests_limits_and_three_probes(previewed: Previewed) -> None:
    for container in previewed.containers:
        for bound in ("requests", "limits"):
            assert set(container["resources"][bound]) == {"cpu", "memory"}, container["name"]
        for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
            assert container[probe]["httpGet"]["path"], container["name"]


def test_every_workload_has_a_disruption_budget_for_its_pods(previewed: Previewed) -> None:
    budgets = {key(found): found["spec"] for found in previewed.objects["PodDisruptionBudget"]}
    assert budgets.keys() == {key(found) for found in previewed.controllers}
    for found in previewed.controllers:
        budget = budgets[key(found)]
        assert (budget["maxUnavailable"], budget["selector"]) == (1, found["spec"]["selector"])


def test_every_deployment_scales_and_rolls_without_a_pod_less(previewed: Previewed) -> None:
    scalers = {key(found): found["spec"] for found in previewed.objects["HorizontalPodAutoscaler"]}
    assert scalers.keys() == {key(found) for found in previewed.objects["Deployment"]}
    for found in previewed.objects["Deployment"]:
        scaler = scalers[key(found)]
        assert (scaler["minReplicas"], scaler["maxReplicas"]) == (2, 6)
        assert scaler["behavior"].keys() == {"scaleUp", "scaleDown"}
        assert "replicas" not in found["spec"], "the autoscaler's number is not written back"
        assert found["spec"]["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
        assert found["spec"]["progressDeadlineSeconds"] == KUBERNETES["progressDeadlineSeconds"]


def test_pods_spread_end_gracefully_and_roll_with_their_files(previewed: Previewed) -> None:
    for found in previewed.controllers:
        spec, template = pod(found), found["spec"]["template"]
        keys = [entry["topologyKey"] for entry in spec["topologySpreadConstraints"]]
        assert keys == ["kubernetes.io/hostname", "topology.kubernetes.io/zone"]
        # The pause before the end must leave time to finish what is in flight.
        assert spec["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"] < spec["terminationGracePeriodSeconds"]
        assert template["metadata"]["annotations"]["planewatch.dev/files"]


def test_everything_carries_the_recommended_labels_and_selectors_hold_no_version(previewed: Previewed) -> None:
    recommended = {f"app.kubernetes.io/{key}" for key in ("name", "instance", "version", "component", "part-of")}
    for found in previewed.controllers:
        labels, selector = found["spec"]["template"]["metadata"]["labels"], found["spec"]["selector"]["matchLabels"]
        assert recommended | {"app.kubernetes.io/managed-by"} <= labels.keys()
        assert selector.keys() == {"app.kubernetes.io/name", "app.kubernetes.io/instance"}
        assert selector.items() <= labels.items()


def test_what_the_settings_say_of_pods_is_on_every_pod(previewed: Previewed) -> None:
    for found in previewed.controllers:
        spec = pod(found)
        assert spec["nodeSelector"] == KUBERNETES["nodeSelector"]
        assert [{**KUBERNETES["tolerations"][0], "operator": "Equal"}] == spec["tolerations"]
        assert spec["imagePullSecrets"] == [{"name": "registry"}]
        control = found["metadata"]["labels"]["planewatch.dev/zone"] == "control"
        assert spec.get("priorityClassName") == (previewed.priority if control else None)


def test_labels_and_annotations_of_the_settings_are_on_every_object(previewed: Previewed) -> None:
    assert len(previewed.everything) > 50
    for found in previewed.everything:
        assert KUBERNETES["labels"].items() <= found["metadata"]["labels"].items()
        assert KUBERNETES["annotations"].items() <= found["metadata"]["annotations"].items()


def test_an_image_is_pulled_by_the_digest_that_the_stack_gives(previewed: Previewed) -> None:
    collectors = [entry["image"] for entry in previewed.containers if entry["name"] == "collector"]
    assert len(collectors) == 2
    assert all(image.endswith(f"@{DIGEST}") for image in collectors)
