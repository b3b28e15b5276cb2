"""What a stack declares to the Prometheus Operator, held against the operator's own definitions."""

import copy
import os
from pathlib import Path
from typing import Any, NoReturn

import jsonschema
import pulumi
import pytest
import yaml
from pulumi.runtime.mocks import MockCallArgs, MockResourceArgs

from config.load import Stack
from config.packs import expected
from config.packs.alerts import AlertThresholds
from config.packs.catalogue import packs
from config.packs.expected import ExpectedPlane
from config.packs.model import render_rules
from config.services import prometheus_operator as objects
from infra.platforms.kubernetes import kinds
from infra.platforms.kubernetes.of_stack import kubernetes_platform
from infra.topology import build
from tests.components.declaring import settings
from tests.harness.mocked import use_mocks
from tests.servers import prometheus_operator
from tests.unit.services.tools import run_checker
from toolchain.obtain.cache import Cache
from toolchain.obtain.errors import UnavailableError

Object = dict[str, Any]
SETTINGS: Object = {
    "platform": "kubernetes",
    "controlPlane": {"retentionSize": "2GB"},
    "kubernetes": {
        "prometheusOperator": True,
        "storageClass": "fast",
        "nodeSelector": {"pool": "metrics"},
        "tolerations": [{"key": "dedicated", "value": "metrics", "effect": "NoSchedule"}],
        "imagePullSecrets": ["registry"],
        "labels": {"team": "one"},
        "annotations": {"operator.prometheus.io/controller-id": "ours"},
    },
}


class Loader(yaml.CSafeLoader):
    """YAML 1.2's view of ``=``, which definitions hold as a plain text."""


Loader.yaml_implicit_resolvers = {
    first: rules for first, rules in yaml.CSafeLoader.yaml_implicit_resolvers.items() if first != "="
}


class Declared(pulumi.runtime.Mocks):
    """Takes everything and remembers it."""

    def __init__(self) -> None:
        self.made: list[tuple[str, Object]] = []

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, Object]:
        self.made.append((args.typ, args.inputs))
        return args.name, args.inputs

    def call(self, args: MockCallArgs) -> NoReturn:
        raise AssertionError(f"{args.token} is called")


@pytest.fixture(scope="module")
def declared() -> list[Object]:
    """The operator's objects of a stack of two planes that sets all there is to set."""
    found = Declared()
    use_mocks(found)
    stack = Stack(
        name="sample", settings=settings(SETTINGS, prod={}, dev={"environment": "staging"}), alert_webhook_url=None
    )
    pulumi.runtime.test(lambda: build(stack, kubernetes_platform(stack)) and None)()  # type: ignore[no-untyped-call]  # the SDK leaves its decorator untyped
    return [inputs for kind, inputs in found.made if objects.API_VERSION in kind]


@pytest.fixture(scope="module")
def schemas() -> dict[str, Object]:
    """The schema of each kind, in which no field is unknown: what the API server refuses in strict validation."""
    try:
        folder = prometheus_operator.manifests(Cache.of(os.environ), print)
    except UnavailableError as error:
        pytest.skip(str(error))
    found = {}
    for kind in kinds.OPERATED:
        file = folder / prometheus_operator.CRDS / f"{kind.group}_{kind.resource}.yaml"
        spec = yaml.load(file.read_text(), Loader=Loader)["spec"]  # noqa: S506  a CSafeLoader
        (version,) = spec["versions"]
        assert kind.type == f"{spec['group']}/{version['name']}:{spec['names']['kind']}"
        found[spec["names"]["kind"]] = closed(version["schema"]["openAPIV3Schema"])
    return found


def closed(schema: Any) -> Any:
    if isinstance(schema, list):
        return [closed(entry) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: closed(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict) and not schema.get("x-kubernetes-preserve-unknown-fields"):
        made.setdefault("additionalProperties", False)
    return made


def of_kind(declared: list[Object], kind: str) -> list[Object]:
    return [item for item in declared if item["kind"] == kind]


def faults(item: Object, schemas: dict[str, Object]) -> list[str]:
    # The definitions themselves are not judged: one holds a pattern that Go takes and Python does not.
    validator = jsonschema.Draft202012Validator(schemas[item["kind"]])
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(item)]


def test_every_object_fits_its_definition(declared: list[Object], schemas: dict[str, Object]) -> None:
    assert {item["kind"] for item in declared} == schemas.keys() == set(objects.KINDS)
    for item in declared:
        assert faults(item, schemas) == []


def test_a_field_that_no_definition_knows_would_be_found(declared: list[Object], schemas: dict[str, Object]) -> None:
    for kind in objects.KINDS:
        item = copy.deepcopy(of_kind(declared, kind)[0])
        item["spec"]["scrapeIntervall"] = "10s"
        (fault,) = faults(item, schemas)
        assert "scrapeIntervall" in fault


def test_rules_are_those_of_the_files(declared: list[Object], tmp_path: Path) -> None:
    rules = {item["metadata"]["name"]: item["spec"] for item in of_kind(declared, objects.RULE)}
    whose = (("dev", "staging"), ("prod", "prod"))
    own = expected.rules(
        tuple(
            ExpectedPlane(data_plane_id=plane, environment=environment, collectors=2) for plane, environment in whose
        ),
        scrape_interval_s=10,
        targets={"prometheus": 2, "alertmanager": 2},
    )
    files = (*render_rules(packs(AlertThresholds())), *own)
    assert rules == {f"control-{file.name.partition('.')[0]}": yaml.safe_load(file.text) for file in files}
    path = tmp_path / "rules.yaml"
    for spec in rules.values():
        path.write_text(yaml.safe_dump(spec))
        run_checker("promtool", "check", "rules", "--lint=all", "--lint-fatal", path)


def test_a_planes_identity_is_the_stacks_and_comes_from_one_namespace(declared: list[Object]) -> None:
    found = {}
    for item in of_kind(declared, objects.POD_MONITOR):
        assert item["metadata"]["namespace"] == "planewatch-sample-control"
        (namespace,) = item["spec"]["namespaceSelector"]["matchNames"]
        for endpoint in item["spec"]["podMetricsEndpoints"]:
            stamped = [rule for rule in endpoint["relabelings"] if rule.get("regex") == namespace]
            assert all(rule["sourceLabels"] == ["__meta_kubernetes_namespace"] for rule in stamped)
            (job,) = [rule["replacement"] for rule in endpoint["relabelings"] if rule.get("targetLabel") == "job"]
            identity = {rule["targetLabel"]: rule["replacement"] for rule in stamped}
            found[namespace, job, endpoint["port"]] = (identity["environment"], identity["data_plane_id"])
    assert found == {
        (f"planewatch-sample-{plane}", job, port): (environment, plane)
        for plane, environment in (("prod", "prod"), ("dev", "staging"))
        for job, port in (("data-plane", "metrics"), ("otel-collector", "telemetry"))
    }


def test_the_store_takes_this_stacks_objects_only(declared: list[Object]) -> None:
    (store,) = of_kind(declared, objects.PROMETHEUS)
    spec = store["spec"]
    for what in ("podMonitor", "serviceMonitor", "rule"):
        assert spec[f"{what}Selector"] == {"matchLabels": {"app.kubernetes.io/instance": "planewatch-sample"}}
        assert f"{what}NamespaceSelector" not in spec
    for other in of_kind(declared, objects.POD_MONITOR):
        assert other["metadata"]["labels"]["app.kubernetes.io/instance"] == "planewatch-sample"
        assert other["metadata"]["labels"]["team"] == "one"
    assert all(item["metadata"]["annotations"]["operator.prometheus.io/controller-id"] == "ours" for item in declared)


def test_the_operators_pods_are_placed_and_hardened_as_ours_are(declared: list[Object]) -> None:
    (store,) = of_kind(declared, objects.PROMETHEUS)
    spec = store["spec"]
    assert spec["securityContext"]["runAsNonRoot"]
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert spec["nodeSelector"] == {"pool": "metrics"}
    assert [one["key"] for one in spec["tolerations"]] == ["dedicated"]
    assert spec["imagePullSecrets"] == [{"name": "registry"}]
    assert spec["storage"]["volumeClaimTemplate"]["spec"]["storageClassName"] == "fast"
    assert spec["retentionSize"] == "2GB"
    assert spec["resources"]["limits"].keys() == spec["thanos"]["resources"]["limits"].keys() == {"cpu", "memory"}
    assert store["metadata"]["name"] == "planewatch-sample"
