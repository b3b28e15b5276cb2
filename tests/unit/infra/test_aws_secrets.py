"""What is declared to the Secrets Store CSI driver, held against the driver's own definition of it."""

import copy
import dataclasses
import json
import os
from typing import Any, Literal, NoReturn

import jsonschema
import pulumi
import pytest
import yaml
from pulumi.runtime.mocks import MockCallArgs, MockResourceArgs

from components.aws.account import Account
from components.aws.running_cluster import RunningCluster
from components.platform import ZoneSpec
from components.probe import Probe
from components.resources import Resources
from components.workload import File, Port, Workload
from config.aws.settings import AwsSettings
from config.images import COLLECTOR
from infra.platforms.eks.secret_store import make_secret_store
from infra.platforms.eks.secrets import API_VERSION, KIND, SecretsManager, SensitiveFiles, keep_files
from infra.platforms.kubernetes.files import Folder, mount, sensitive_files
from infra.platforms.kubernetes.naming import Naming
from tests.harness.mocked import use_mocks
from tests.servers.schemas import SECRET_PROVIDER_CLASS
from toolchain.obtain.cache import Cache

Object = dict[str, Any]
ACCOUNT = Account(stack="sample", region="eu-central-1", id="123456789012")
ARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret"
# Beside the token something that is no secret: a folder comes to pods as a whole.
WORKLOAD = Workload(
    role="collector",
    image=COLLECTOR,
    user="10001:10001",
    ports=(Port(name="http", number=4318),),
    probe=Probe(path="/", port="http"),
    resources=Resources(memory_mib=64, cpus=0.1),
    files=(
        File(path="/etc/open/config.yaml", content="a: b"),
        File(path="/etc/closed/token", content="hunter2", sensitive=True),
        File(path="/etc/closed/owner", content="platform"),
    ),
)


class Declared(pulumi.runtime.Mocks):
    """Remembers what is declared; secrets get ARNs by their names."""

    def __init__(self) -> None:
        self.made: list[tuple[str, Object]] = []

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, Object]:
        self.made.append((args.typ, args.inputs))
        return args.name, {**args.inputs, "arn": f"{ARN}:{args.name}"}

    def call(self, args: MockCallArgs) -> NoReturn:
        raise AssertionError(f"{args.token} is called")


def manager(workload: Workload, identity: Literal["pod-identity", "irsa"]) -> SecretsManager:
    cluster = RunningCluster(
        context="sample",
        name="sample",
        arn="arn:aws:eks:eu-central-1:123456789012:cluster/sample",
        endpoint="https://cluster.example",
        certificate="",
        compute="node-group",
        issuer=None,
        ready=(),
        subnet_ids=(),
        security_group_id="sg-1",
        cidrs=(),
    )
    said = {"region": "eu-central-1", "ownership": {"owner": "o", "costCenter": "c"}, "identity": identity}
    settings = AwsSettings.model_validate(said)
    options = pulumi.ResourceOptions()
    if not (files := sensitive_files(workload)):
        return SecretsManager(region=ACCOUNT.region, by=identity)
    store = make_secret_store(ACCOUNT, settings, (), cluster, options=options)
    sensitive = SensitiveFiles(zone=ZoneSpec(name="far", environment="production"), role=workload.role, files=files)
    return keep_files([sensitive], ACCOUNT, store, by=identity, recoverable=True, options=options)


def declared(
    workload: Workload, identity: Literal["pod-identity", "irsa"] = "pod-identity"
) -> tuple[list[tuple[str, str]], list[tuple[str, Object]]]:
    """Return (driver, name of the class) of the pods' volumes of the driver, and (type, inputs) of every resource."""
    found = Declared()
    use_mocks(found)
    volumes: list[tuple[str, str]] = []

    def declare() -> None:
        secrets = manager(workload, identity)
        for path in workload.folders:
            folder = Folder(
                path=path,
                files=tuple(file for file in workload.files if file.folder == path),
                role=workload.role,
                zone="far",
                naming=Naming(stack="sample", release="1.0.0"),
            )
            source: Any = mount(folder, secrets, options=pulumi.ResourceOptions()).volume.csi
            if source is not None:
                named = source.volume_attributes["secretProviderClass"]
                named.apply(lambda name, source=source: volumes.append((source.driver, name)))

    pulumi.runtime.test(declare)()  # type: ignore[no-untyped-call]  # the SDK leaves its decorator untyped
    return volumes, found.made


def provider_class(made: list[tuple[str, Object]]) -> Object:
    (item,) = [inputs for kind, inputs in made if kind.endswith(KIND)]
    return item


@pytest.fixture(scope="module")
def schema() -> Object:
    """The definition's schema, in which no field is unknown."""
    spec = yaml.safe_load(SECRET_PROVIDER_CLASS.find(Cache.of(os.environ)).read_text())["spec"]
    (version,) = [one for one in spec["versions"] if one["storage"]]
    assert f"{spec['group']}/{version['name']}" == API_VERSION
    assert spec["names"]["kind"] == KIND
    found: Object = version["schema"]["openAPIV3Schema"]
    for part in (found, found["properties"]["spec"]):
        part["additionalProperties"] = False
    return found


def faults(item: Object, schema: Object) -> list[str]:
    return [
        f"{error.json_path}: {error.message}" for error in jsonschema.Draft202012Validator(schema).iter_errors(item)
    ]


@pytest.mark.parametrize(("identity", "by_agent"), [("pod-identity", "true"), ("irsa", "false")])
def test_a_folder_is_declared_as_the_driver_defines_it(
    identity: Literal["pod-identity", "irsa"], by_agent: str, schema: Object
) -> None:
    volumes, made = declared(WORKLOAD, identity)
    item = provider_class(made)
    assert faults(item, schema) == []
    assert volumes == [("secrets-store.csi.k8s.io", item["metadata"]["name"])]
    assert item["metadata"]["namespace"] == "planewatch-sample-far"
    parameters = item["spec"]["parameters"]
    assert (parameters["region"], parameters["usePodIdentity"]) == ("eu-central-1", by_agent)
    assert json.loads(parameters["objects"]) == [
        {
            "objectName": f"{ARN}:far-collector-{name}",
            "objectType": "secretsmanager",
            "objectAlias": name,
            "filePermission": "0444",
        }
        for name in ("token", "owner")
    ]
    kinds = [kind for kind, _ in made]
    # What is no secret stays where it was, and what is one is nowhere else.
    assert kinds.count("kubernetes:core/v1:ConfigMap") == 1
    assert "kubernetes:core/v1:Secret" not in kinds
    assert "hunter2" not in json.dumps(item)


def test_what_the_driver_does_not_define_would_be_found(schema: Object) -> None:
    item = provider_class(declared(WORKLOAD)[1])
    spoilt: Object = copy.deepcopy(item)
    spoilt["spec"]["parameter"] = spoilt["spec"].pop("parameters")
    (fault,) = faults(spoilt, schema)
    assert "'parameter' was unexpected" in fault
    mistyped = copy.deepcopy(item)
    mistyped["spec"]["parameters"]["usePodIdentity"] = True
    assert [fault for fault in faults(mistyped, schema) if "True is not of type 'string'" in fault]


def test_a_workload_without_secrets_needs_neither_key_nor_driver() -> None:
    volumes, made = declared(dataclasses.replace(WORKLOAD, files=WORKLOAD.files[:1]))
    assert (volumes, [kind for kind, _ in made]) == ([], ["kubernetes:core/v1:ConfigMap"])
