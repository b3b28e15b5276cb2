"""Claims grow in place: what the API server is asked, how long is waited, and what is said where they cannot."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.load import Stack
from config.settings import StackSettings
from infra.platforms.kubernetes.claims import CannotGrowError, ClaimSet, Grower, grow
from infra.platforms.kubernetes.cluster_api.client import ClusterApi
from infra.platforms.kubernetes.cluster_api.errors import RefusedError
from infra.platforms.kubernetes.preflight import volumes
from infra.platforms.kubernetes.preflight.checked_stack import CheckedStack
from tests.unit.infra.https_server import NAME, TOKEN, Answer, Asked, Server, https_server

NAMESPACE = "planewatch-sample-control"
CLAIMS = f"/api/v1/namespaces/{NAMESPACE}/persistentvolumeclaims"
WANTED = ClaimSet(namespace=NAMESPACE, names=("prometheus-prometheus-0", "prometheus-prometheus-1"), size="20Gi")


@dataclass
class Volumes:
    """An API server's claims: ``sizes`` are asked for, ``disks`` are there; a change of a size is told to ``grown``."""

    sizes: dict[str, str]
    disks: dict[str, str] = field(default_factory=dict)
    grown: Callable[["Volumes", str], Answer | None] = lambda volumes, name: volumes.resize(name)
    growing: bool = True
    may_patch: bool = True
    pending: bool = False
    changes: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    may_delete: bool = True

    def resize(self, name: str) -> None:
        self.disks[name] = self.sizes[name]

    def claim(self, name: str) -> dict[str, Any]:
        condition = {"type": "FileSystemResizePending", "status": "True"}
        return {
            "metadata": {"name": name},
            "spec": {"storageClassName": "fast", "resources": {"requests": {"storage": self.sizes[name]}}},
            "status": {
                "capacity": {"storage": self.disks.get(name, self.sizes[name])},
                "conditions": [condition] if self.pending else [],
            },
        }

    def answer(self, asked: Asked) -> Answer:
        name = asked.path.rpartition("/")[2]
        known: dict[str, Answer] = {
            "storageclasses": (200, {"items": [{"metadata": {"name": "fast"}, "allowVolumeExpansion": self.growing}]}),
            "selfsubjectaccessreviews": (201, {"status": {"allowed": self.may_patch}}),
            "selfsubjectreviews": (201, {"status": {"userInfo": {"username": "jane"}}}),
            "persistentvolumeclaims": (
                200,
                {"items": [self.claim(one) for one in self.sizes] if asked.path == CLAIMS else []},
            ),
        }
        if name in known:
            return known[name]
        if asked.method == "DELETE" and not self.may_delete:
            return 403, {"message": "it is forbidden"}
        if asked.method == "DELETE" and name in self.sizes:
            del self.sizes[name]
            return 200, {}
        if name not in self.sizes:
            return 404, {"message": f"{name} not found"}
        if asked.method == "PATCH":
            self.changes.append((name, asked.body))
            before, self.sizes[name] = self.sizes[name], asked.body["spec"]["resources"]["requests"]["storage"]
            self.disks.setdefault(name, before)
            if (refusal := self.grown(self, name)) is not None:
                return refusal
        return 200, self.claim(name)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with https_server(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def kubeconfig(server: Server, tmp_path: Path) -> str:
    file = tmp_path / "authority.pem"
    file.write_text(server.authority.certificate)
    cluster = {"server": server.url, "certificate-authority": str(file), "tls-server-name": NAME}
    return yaml.safe_dump(
        {
            "current-context": "c",
            "contexts": [{"name": "c", "context": {"cluster": "k", "user": "u"}}],
            "clusters": [{"name": "k", "cluster": cluster}],
            "users": [{"name": "u", "user": {"token": TOKEN}}],
        }
    )


@pytest.fixture
def api(kubeconfig: str) -> Iterator[ClusterApi]:
    with closing(ClusterApi(kubeconfig=kubeconfig)) as found:
        yield found


def serving(server: Server, found: Volumes) -> Volumes:
    server.answer = found.answer
    return found


def asked(size: str) -> dict[str, Any]:
    return {"spec": {"resources": {"requests": {"storage": size}}}}


def test_only_what_is_smaller_grows_and_what_is_not_there_is_left_out(server: Server, api: ClusterApi) -> None:
    first, second = WANTED.names
    found = serving(server, Volumes({first: "10Gi", second: "20480Mi"}))
    grow(api, replace(WANTED, names=(*WANTED.names, "prometheus-prometheus-2")))
    assert found.changes == [(first, asked("20Gi"))]
    found = serving(server, Volumes({first: "30Gi", second: "21Gi"}))
    grow(api, WANTED)
    assert found.changes == []


def test_a_volume_that_lags_behind_is_waited_for_and_then_named(server: Server, api: ClusterApi) -> None:
    first, second = WANTED.names
    serving(server, Volumes({first: "10Gi", second: "20Gi"}, grown=lambda _, __: None))
    with pytest.raises(
        CannotGrowError, match=rf"still smaller than 20Gi: {first} \(10Gi\); see what `kubectl -n {NAMESPACE}"
    ):
        grow(api, WANTED, within_s=0.1)
    # Its claim says 20Gi by now: the next update does not ask again, but still waits.
    with pytest.raises(CannotGrowError, match=first):
        grow(api, WANTED, within_s=0.1)


def test_a_file_system_that_grows_with_the_next_pod_is_not_waited_for(server: Server, api: ClusterApi) -> None:
    first, second = WANTED.names
    serving(server, Volumes({first: "10Gi", second: "20Gi"}, grown=lambda _, __: None, pending=True))
    grow(api, WANTED, within_s=0.1)


def test_a_refusal_names_the_claim_and_both_sizes(server: Server, api: ClusterApi) -> None:
    first, second = WANTED.names
    refusal = 403, {"message": "the storageclass that provisions the pvc must support resize"}
    serving(server, Volumes({first: "10Gi", second: "20Gi"}, grown=lambda _, __: refusal))
    with pytest.raises(CannotGrowError, match=rf"{first} cannot grow from 10Gi to 20Gi: .*must support resize"):
        grow(api, WANTED)


def test_the_engine_is_told_a_change_of_claims_and_sizes_alone(server: Server, kubeconfig: str) -> None:
    first, second = WANTED.names
    found = serving(server, Volumes({first: "10Gi", second: "10Gi"}))
    said = {"namespace": NAMESPACE, "names": list(WANTED.names), "size": "10Gi", "kubeconfig": kubeconfig}
    provider = Grower()
    made = provider.create(said)
    assert (made.id, found.changes) == (f"{NAMESPACE}/{first}", [])
    assert not provider.diff(made.id, said, {**said, "kubeconfig": "another way"}).changes
    larger = {**said, "size": "11Gi"}
    assert provider.diff(made.id, said, larger).changes
    assert provider.diff(made.id, said, {**said, "names": [first]}).changes
    assert provider.update(made.id, said, larger).outs == larger
    assert found.changes == [(name, asked("11Gi")) for name in WANTED.names]
    assert provider.read(str(made.id), larger).outs == larger
    # A claim that was deleted is made anew with the size in the template.
    found.sizes[second] = "10Gi"
    read = provider.read(str(made.id), larger).outs
    assert read == {**larger, "size": "10Gi"}
    assert provider.diff(str(made.id), read, larger).changes


def test_claims_that_are_not_kept_go_with_their_volume_and_all_others_stay(server: Server, kubeconfig: str) -> None:
    first, second = WANTED.names
    provider = Grower()
    kept = {"namespace": NAMESPACE, "names": [first], "size": "1Gi", "kubeconfig": kubeconfig}
    found = serving(server, Volumes({first: "1Gi", second: "1Gi"}))
    # So say the states of earlier versions, too.
    provider.delete("id", kept)
    assert found.sizes.keys() == {first, second}
    assert not provider.diff("id", kept, {**kept, "kept": True}).changes
    dropped = {**kept, "kept": False}
    assert provider.diff("id", kept, dropped).changes
    provider.delete("id", dropped)
    assert found.sizes.keys() == {second}
    # Its namespace may have gone before.
    provider.delete("id", dropped)
    serving(server, Volumes({first: "1Gi"}, may_delete=False))
    with pytest.raises(RefusedError, match="it is forbidden"):
        provider.delete("id", dropped)


@pytest.fixture
def checked(api: ClusterApi) -> CheckedStack:
    said = {"apiPort": 8081, "otlpHttpPort": 4381}
    settings = StackSettings.model_validate(
        {"platform": "kubernetes", "kubernetes": {"storageSize": "20Gi"}, "dataPlanes": {"prod": said}}
    )
    return replace(CheckedStack.of(Stack(name="sample", settings=settings, alert_webhook_url=None)), api=api)


def test_claims_that_cannot_grow_are_told_before_anything_changes(server: Server, checked: CheckedStack) -> None:
    first, second = WANTED.names
    sizes = {first: "10Gi", second: "10Gi", "alertmanager-alertmanager-0": "20Gi", "theirs": "1Gi"}
    serving(server, Volumes(sizes))
    assert volumes.problems(checked) == []
    serving(server, Volumes(sizes, growing=False, may_patch=False))
    fixed, right = volumes.problems(checked)
    assert fixed == (
        "stacks/Pulumi.sample.yaml: planewatch:kubernetes.storageSize is 20Gi, but prometheus-prometheus-0,"
        f" prometheus-prometheus-1 in namespace {NAMESPACE} have 10Gi, and the storage class fast enlarges no volume;"
        " set it back to 10Gi, or allowVolumeExpansion: true in the class if its driver can (docs/kubernetes.md, Larger"
        " volumes)"
    )
    assert right.startswith(f"user jane lacks permission to patch persistentvolumeclaims in namespace {NAMESPACE}")


def test_claims_that_are_large_enough_need_no_right_and_no_class(server: Server, checked: CheckedStack) -> None:
    serving(server, Volumes(dict.fromkeys(WANTED.names, "20Gi"), growing=False, may_patch=False))
    assert volumes.problems(checked) == []


def with_volume(checked: CheckedStack, data: str) -> CheckedStack:
    """Return the stack with a workload that has a volume of 2Gi."""
    shop = {"volumes": {"data": {"path": "/srv/data", "size": "2Gi"}}}
    said = {"apiPort": 8081, "otlpHttpPort": 4381, "workloads": {"shop": shop}}
    settings = StackSettings.model_validate({"platform": "kubernetes", "data": data, "dataPlanes": {"prod": said}})
    stack = Stack(name="sample", settings=settings, alert_webhook_url=None)
    return replace(CheckedStack.of(stack), api=checked.api)


def test_a_volume_of_a_workload_that_cannot_grow_is_told_by_its_own_setting(
    server: Server, checked: CheckedStack
) -> None:
    def answer(asked: Asked) -> Answer:
        if asked.path == "/api/v1/namespaces/planewatch-sample-prod/persistentvolumeclaims":
            return 200, {"items": [Volumes({"data-shop-0": "1Gi"}).claim("data-shop-0")]}
        return Volumes({}, growing=False).answer(asked)

    server.answer = answer
    (fixed,) = volumes.problems(with_volume(checked, "keep"))
    assert fixed.startswith(
        "stacks/Pulumi.sample.yaml: planewatch:dataPlanes.prod.workloads.shop.volumes.data.size is 2Gi, but data-shop-0"
        " in namespace planewatch-sample-prod have 1Gi, and the storage class fast enlarges no volume; set it back to"
    )


def test_only_a_stack_that_deletes_data_needs_the_right_to_delete_claims(server: Server, checked: CheckedStack) -> None:
    serving(server, Volumes({}, may_patch=False))
    assert volumes.problems(with_volume(checked, "keep")) == []
    (right,) = volumes.problems(with_volume(checked, "delete"))
    assert right.startswith(
        "user jane lacks permission to delete persistentvolumeclaims in namespace planewatch-sample-prod (RBAC)"
    )
