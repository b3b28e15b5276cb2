"""A cluster is asked once per kind, by label; what the user may not see, or nobody answers, never passes for well."""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from delivery import live
from delivery.recorded import Resource
from tests.harness.ports import free_port
from tests.unit.infra.https_server import NAME, TOKEN, Answer, Asked, Server, https_server

INSTANCE = {"app.kubernetes.io/instance": "planewatch-s"}
PROVIDER = "urn:pulumi:s::planewatch::pulumi:providers:kubernetes::cluster"
RESOURCES = {
    "/api/v1": [("configmaps", "ConfigMap", True), ("namespaces", "Namespace", False)],
    "/apis/apps/v1": [("deployments", "Deployment", True)],
    "/apis/autoscaling/v2": [("horizontalpodautoscalers", "HorizontalPodAutoscaler", True)],
}
Object = dict[str, Any]


def config_map(namespace: str, name: str, **labels: str) -> Object:
    metadata = {"namespace": namespace, "name": name, "labels": labels or INSTANCE}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"a": "1"}}


def namespace(name: str) -> Object:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": INSTANCE}}


def resource(kind: str, wanted: Object, group: str = "core/v1") -> Resource:
    metadata = wanted["metadata"]
    identity = "/".join(filter(None, (metadata.get("namespace"), metadata["name"])))
    return Resource(
        urn=f"urn:{kind}:{identity}",
        type=f"kubernetes:{group}:{kind}",
        id=identity,
        custom=True,
        provider=f"{PROVIDER}::1",
        inputs=wanted,
        outputs=wanted,
    )


class Told:
    """A server that has these objects, by path; ``forbidden`` are the namespaces that may not be listed or read."""

    def __init__(self, server: Server) -> None:
        self.server, self.objects, self.forbidden = server, dict[str, Object](), set[str]()
        server.asked.clear()
        server.answer = self.answer

    def has(self, plural: str, *objects: Object, root: str = "/api/v1") -> None:
        for one in objects:
            where = f"/namespaces/{one['metadata']['namespace']}" if "namespace" in one["metadata"] else ""
            self.objects[f"{root}{where}/{plural}/{one['metadata']['name']}"] = one

    def answer(self, asked: Asked) -> Answer:
        url = urlsplit(asked.path)
        if url.path == "/version":
            return 200, {"major": "1"}
        if url.path in RESOURCES:
            entries = [{"name": n, "kind": k, "namespaced": within} for n, k, within in RESOURCES[url.path]]
            return 200, {"resources": [*entries, {"name": "configmaps/x", "kind": "ConfigMap", "namespaced": True}]}
        place, _, plural = url.path.rpartition("/")
        within = place.removeprefix("/api/v1").removeprefix("/namespaces/").partition("/")[0]
        if within in self.forbidden:
            return 403, {"message": f"configmaps is forbidden in {within or 'the cluster'}"}
        if not url.query:
            return (200, self.objects[url.path]) if url.path in self.objects else (404, {"message": "not found"})
        name, _, value = parse_qs(url.query)["labelSelector"][0].partition("=")
        # As an API server answers: the items themselves do not say what they are.
        items = [
            {key: part for key, part in one.items() if key not in ("apiVersion", "kind")}
            for path, one in self.objects.items()
            if path.startswith(place) and f"/{plural}/" in path and one["metadata"]["labels"].get(name) == value
        ]
        (kind,) = (kind for _, entries in RESOURCES.items() for name, kind, _ in entries if name == plural)
        return 200, {"apiVersion": "v1", "kind": f"{kind}List", "items": items}

    @property
    def lists(self) -> list[str]:
        return sorted(urlsplit(asked.path).path for asked in self.server.asked if "labelSelector" in asked.path)

    def kubeconfig(self, url: str = "") -> str:
        trust = base64.b64encode(self.server.authority.certificate.encode()).decode()
        cluster = {"certificate-authority-data": trust, "tls-server-name": NAME, "server": url or self.server.url}
        return json.dumps(
            {
                "contexts": [{"name": "c", "context": {"cluster": "k", "user": "u"}}],
                "clusters": [{"name": "k", "cluster": cluster}],
                "users": [{"name": "u", "user": {"token": TOKEN}}],
            }
        )

    def look(self, *resources: Resource, environ: dict[str, str] | None = None, **said: Any) -> live.Seen:
        inputs = {"context": "c", "kubeconfig": self.kubeconfig(), **said}
        provider = Resource(urn=PROVIDER, type="pulumi:providers:kubernetes", id="1", custom=True, inputs=inputs)
        return live.look([provider, *resources], environ or {})


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with https_server(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def told(server: Server) -> Told:
    return Told(server)


MAPS = [config_map(zone, "settings") for zone in ("one", "two", "three")]


def test_a_kind_is_asked_for_once_whatever_the_number_of_namespaces(told: Told) -> None:
    told.has("configmaps", *MAPS)
    told.has("namespaces", namespace("one"))
    assert told.look(*(resource("ConfigMap", one) for one in MAPS), resource("Namespace", namespace("one"))).is_well
    assert told.lists == ["/api/v1/configmaps", "/api/v1/namespaces"]


def test_what_is_gone_and_what_was_changed_is_named(told: Told) -> None:
    told.has("configmaps", MAPS[0], {**MAPS[1], "data": {"a": "2"}})
    seen = told.look(*(resource("ConfigMap", one) for one in MAPS))
    assert sorted(map(str, seen.differences)) == [
        "ConfigMap three/settings: is gone",
        "ConfigMap two/settings: data.a was changed",
    ]
    assert {one.urn for one in seen.differences} == {"urn:ConfigMap:three/settings", "urn:ConfigMap:two/settings"}
    assert seen.unseen == frozenset()


def test_how_many_pods_an_autoscaled_deployment_has_is_its_autoscaler_s(told: Told) -> None:
    metadata = {"namespace": "one", "name": "api", "labels": INSTANCE}
    # The number is from a time when there was no autoscaler.
    wanted = {"metadata": metadata, "spec": {"replicas": 2, "paused": False}}
    scaler = {"metadata": metadata, "spec": {"scaleTargetRef": {"kind": "Deployment", "name": "api"}}}
    told.has("deployments", {**wanted, "spec": {"replicas": 5, "paused": False}}, root="/apis/apps/v1")
    told.has("horizontalpodautoscalers", scaler, root="/apis/autoscaling/v2")
    fixed = resource("Deployment", wanted, "apps/v1")
    scaled = resource("HorizontalPodAutoscaler", scaler, "autoscaling/v2")
    assert told.look(fixed, scaled).is_well
    assert [str(one) for one in told.look(fixed).differences] == ["Deployment one/api: spec.replicas is 5, not 2"]


def test_an_object_that_lost_its_label_is_there_all_the_same(told: Told) -> None:
    told.has("configmaps", config_map("one", "settings", other="x"))
    (difference,) = told.look(resource("ConfigMap", MAPS[0])).differences
    assert str(difference) == "ConfigMap one/settings: metadata.labels.app.kubernetes.io/instance is gone"


def test_an_object_without_the_label_is_asked_for_by_its_name(told: Told) -> None:
    bare = config_map("kube-system", "addon", other="x")
    told.has("configmaps", bare)
    assert told.look(resource("ConfigMap", bare)).is_well
    assert told.lists == []


def test_a_user_of_single_namespaces_asks_in_each(told: Told) -> None:
    told.has("configmaps", MAPS[0])
    told.server.answer = lambda asked: (
        (403, {"message": "forbidden"}) if asked.path.startswith("/api/v1/configmaps") else told.answer(asked)
    )
    seen = told.look(*(resource("ConfigMap", one) for one in MAPS[:2]))
    assert [str(one) for one in seen.differences] == ["ConfigMap two/settings: is gone"]
    assert told.lists == [
        "/api/v1/configmaps",
        "/api/v1/namespaces/one/configmaps",
        "/api/v1/namespaces/two/configmaps",
    ]


def test_a_namespace_that_may_not_be_seen_is_not_well_and_hides_no_other(told: Told) -> None:
    told.forbidden.add("two")
    told.server.answer = lambda asked: (
        (403, {"message": "forbidden"}) if asked.path.startswith("/api/v1/configmaps") else told.answer(asked)
    )
    seen = told.look(*(resource("ConfigMap", one) for one in MAPS[:2]))
    assert [str(one) for one in seen.differences] == ["ConfigMap one/settings: is gone"]
    assert (seen.unseen, seen.is_well) == (frozenset({"kubernetes"}), False)
    assert "forbidden in two" in seen.remarks[0]


def test_a_kind_that_the_server_no_longer_knows_is_gone(told: Told) -> None:
    certificate = resource("ConfigMap", MAPS[0])
    other = Resource(
        urn="urn:c",
        type="kubernetes:cert-manager.io/v1:Certificate",
        id="one/c",
        custom=True,
        provider=certificate.provider,
        inputs=MAPS[0],
        outputs=MAPS[0],
    )
    assert [str(one) for one in told.look(other).differences] == ["Certificate one/c: is gone"]


def test_a_cluster_out_of_reach_is_not_well_and_no_error(told: Told) -> None:
    url = f"https://127.0.0.1:{free_port()}"
    seen = told.look(resource("ConfigMap", MAPS[0]), kubeconfig=told.kubeconfig(url))
    assert not seen.differences
    assert seen.unseen == {"kubernetes"}
    assert f"cannot reach the Kubernetes API server {url} (context c)" in seen.remarks[0]


def test_a_secret_kubeconfig_is_told(told: Told) -> None:
    seen = told.look(resource("ConfigMap", MAPS[0]), kubeconfig={"4dabf18193072939515e22adb298388d": "1b47"})
    assert seen.unseen == {"kubernetes"}
    assert seen.remarks == ("the kubeconfig is a secret in the state",)


def test_the_usual_kubeconfig_is_the_one_that_pulumi_is_run_with(told: Told, tmp_path: Path) -> None:
    told.has("configmaps", MAPS[0])
    (tmp_path / "config").write_text(told.kubeconfig())
    environ = {"KUBECONFIG": str(tmp_path / "config")}
    assert told.look(resource("ConfigMap", MAPS[0]), environ=environ, kubeconfig=None).is_well


def test_what_is_no_object_of_a_cluster_is_looked_at_by_nobody(told: Told) -> None:
    chart = Resource(urn="urn:h", type="kubernetes:helm.sh/v3:Release", id="h", custom=True)
    assert told.look(chart) == live.Seen(unseen=frozenset({"kubernetes"}))


def test_somebody_else_s_object_that_the_program_reads_is_no_difference(told: Told) -> None:
    assert told.look(replace(resource("ConfigMap", MAPS[0]), external=True)).is_well
    assert told.lists == []


def test_what_is_being_deleted_is_waited_for(told: Told) -> None:
    going = {**MAPS[0], "metadata": {**MAPS[0]["metadata"], "deletionTimestamp": "2026-11-30T00:00:00Z"}}
    told.has("configmaps", going)
    told.server.answer = lambda asked: (
        (404, {"message": "not found"}) if asked.path.endswith("/configmaps/settings") else told.answer(asked)
    )
    assert [str(one) for one in told.look(resource("ConfigMap", MAPS[0])).differences] == [
        "ConfigMap one/settings: is gone"
    ]
