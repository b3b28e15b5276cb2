"""Life of resources on the real CLI and a real API server: up, no change, update, replacement, delete."""

import json
import time

import pytest

from tests.engine.kubernetes_plugin.harness import Kubectl, Project

pytestmark = pytest.mark.engine

# One of nearly everything a stack deploys, with values the API server spells otherwise ("1000m", False, empty).
EVERYTHING = """
labels = {"app": "web"}
meta = lambda name, **more: k8s.meta.v1.ObjectMetaArgs(name=name, namespace=NS, **more)
account = k8s.core.v1.ServiceAccount("account", metadata=meta("web"), automount_service_account_token=False)
settings = k8s.core.v1.ConfigMap("settings", metadata={"namespace": NS}, data={"page": PAGE})
password = k8s.core.v1.Secret("password", metadata=meta("password"), string_data={"word": "swordfish-1"})
token = k8s.core.v1.Secret("token", metadata=meta("token"), data={"word": "c3dvcmRmaXNoLTI="})
k8s.rbac.v1.Role("role", metadata=meta("web"), rules=[{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}])
k8s.rbac.v1.RoleBinding("binding", metadata=meta("web"),
    role_ref={"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "web"},
    subjects=[{"kind": "ServiceAccount", "name": "web", "namespace": NS}])
container = {
    "name": "web", "image": IMAGE, "command": ["/bin/busybox"], "args": ["httpd", "-f", "-p", "8080", "-h", "/www"],
    "ports": [{"containerPort": 8080}],
    "env": [{"name": "EMPTY", "value": ""},
            {"name": "WORD", "value_from": {"secret_key_ref": {"name": "password", "key": "word"}}}],
    "resources": {"requests": {"cpu": "1000u", "memory": "1024Ki"}, "limits": {"cpu": "1000m", "memory": "16Mi"}},
    "readiness_probe": {"httpGet": {"path": "/page", "port": 8080}, "periodSeconds": 1},
    "volume_mounts": [{"name": "www", "mountPath": "/www", "readOnly": False}],
}
volume = {"name": "www", "configMap": {"name": settings.metadata.name, "optional": False}}
pod = {"metadata": {"labels": labels}, "spec": {
    "service_account_name": "web", "containers": [container], "volumes": [volume], "host_network": False,
    "termination_grace_period_seconds": 0}}
deployment = k8s.apps.v1.Deployment("web", metadata=meta("web", labels=labels),
    spec={"replicas": REPLICAS, "selector": {"matchLabels": labels}, "template": pod})
service = k8s.core.v1.Service("service", metadata=meta("web"),
    spec={"selector": labels, "ports": [{"port": 80, "targetPort": 8080}]}, opts=Options(depends_on=deployment))
k8s.core.v1.Service("headless", metadata=meta("none"),
    spec={"clusterIP": "None", "selector": {"app": "nobody"}, "ports": [{"port": 80}]})
k8s.policy.v1.PodDisruptionBudget("budget", metadata=meta("web"),
    spec={"maxUnavailable": 1, "selector": {"matchLabels": labels}})
k8s.networking.v1.NetworkPolicy("deny", metadata=meta("deny"),
    spec={"podSelector": {"matchLabels": {"app": "nobody"}}, "policyTypes": ["Ingress", "Egress"], "ingress": []})
k8s.autoscaling.v2.HorizontalPodAutoscaler("scaler", metadata=meta("web"), spec={"minReplicas": 1, "maxReplicas": 2,
    "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "elsewhere"},
    "metrics": [{"type": "Resource", "resource": {"name": "cpu",
                                                  "target": {"type": "Utilization", "averageUtilization": 90}}}]})
k8s.core.v1.PersistentVolumeClaim("claim", metadata=meta("data"),
    spec={"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1024Mi"}}},
    opts=Options(ignore_changes=["spec.storageClassName"]))
k8s.batch.v1.Job("once", metadata=meta("once"), spec={"template": {"spec": {"restartPolicy": "Never",
    "containers": [{"name": "once", "image": IMAGE, "command": ["/bin/busybox", "true"]}]}}})
k8s.core.v1.ResourceQuota("quota", metadata=meta("quota"), spec={"hard": {"requests.storage": "4096Mi", "pods": 20}})
k8s.networking.v1.Ingress("ingress", metadata=meta("web", annotations={"pulumi.com/skipAwait": "true"}),
    spec={"rules": [{"host": "web.example.com", "http": {"paths": [{"path": "/", "pathType": "Prefix",
        "backend": {"service": {"name": "web", "port": {"number": 80}}}}]}}]})
pulumi.export("address", service.spec.cluster_ip)
"""


def everything(page: str = "one", replicas: int = 1) -> str:
    return f"PAGE, REPLICAS = {page!r}, {replicas}\n{EVERYTHING}"


def test_everything_comes_changes_and_goes(project: Project, kubectl: Kubectl) -> None:
    steps = project.steps(everything())
    assert {step["op"] for step in steps.values()} == {"create"}
    project.up()
    address = kubectl.get("service", "web")["spec"]["clusterIP"]
    assert project.run("stack", "output", "address").strip() == address
    deployed = kubectl.get("deployment", "web")
    assert deployed["status"]["availableReplicas"] == 1
    began = time.monotonic()
    project.unchanged()
    print(f"no-change preview of {len(steps)} kinds of objects: {time.monotonic() - began:.1f} s")

    # New content: the map with a made name is replaced, and the deployment rolls over to it in place.
    old_map = project.state()["settings"]["outputs"]["metadata"]["name"]
    steps = project.steps(everything("two", replicas=2))
    assert {name: step["op"] for name, step in steps.items() if step["op"] == "update"} == {"web": "update"}
    assert "replace" in steps["settings"]["op"]
    assert set(steps) == {"settings", "web"}
    assert "spec.replicas" in steps["web"]["detailedDiff"]
    project.up()
    new_map = project.state()["settings"]["outputs"]["metadata"]["name"]
    assert new_map != old_map
    assert new_map.startswith("settings-")
    assert old_map not in kubectl.names("configmaps")
    again = kubectl.get("deployment", "web")
    assert again["metadata"]["uid"] == deployed["metadata"]["uid"]
    assert again["status"]["availableReplicas"] == 2
    project.unchanged()

    # What somebody spells otherwise, and what a refresh reads back, is no change either.
    project.run("refresh", "--yes", "--skip-preview")
    project.unchanged()
    state_is_as_the_official_plugin_leaves_it(project)

    project.destroy()
    for kind in ("deployments", "services", "secrets", "pvc", "jobs", "networkpolicies", "rolebindings", "replicasets"):
        assert kubectl.names(kind) == [], kind


def state_is_as_the_official_plugin_leaves_it(project: Project) -> None:
    """Secrets are encrypted, the layout is there, and inputs as the official plugin stores them preview empty."""
    text = project.state_text()
    assert "swordfish" not in text
    assert "c3dvcmRmaXNoLT" not in text
    exported = json.loads(text)
    resources = {r["urn"].rpartition("::")[2]: r for r in exported["deployment"]["resources"]}
    outputs = resources["web"]["outputs"]
    assert outputs["__initialApiVersion"] == "apps/v1"
    assert outputs["__fieldManager"].startswith("pulumi-kubernetes-")
    assert outputs["__inputs"]["spec"]["replicas"] == 2
    assert resources["web"]["id"] == f"{project.namespace}/web"
    assert "stringData" not in resources["password"]["inputs"]
    # It normalises inputs through Go types: no zero values, quantities in canonical form.
    for holder in (resources["web"]["inputs"], outputs["__inputs"]):
        spec = holder["spec"]["template"]["spec"]
        spec.pop("hostNetwork", None)
        container = spec["containers"][0]
        container["resources"]["limits"]["cpu"] = "1"
        container["env"][0].pop("value", None)
        container["volumeMounts"][0].pop("readOnly", None)
    path = project.folder / "official.json"
    path.write_text(json.dumps(exported))
    project.run("stack", "import", "--file", str(path))
    project.unchanged()


def test_a_fixed_name_is_deleted_before_it_is_made_again(project: Project, kubectl: Kubectl) -> None:
    program = """
    k8s.apps.v1.Deployment("idle", metadata={{"name": "idle", "namespace": NS}}, spec={{"replicas": 0,
        "selector": {{"matchLabels": {{"app": "{label}"}}}},
        "template": {{"metadata": {{"labels": {{"app": "{label}"}}}},
                      "spec": {{"containers": [{{"name": "idle", "image": IMAGE}}]}}}}}})
    k8s.core.v1.ConfigMap("fixed", metadata={{"name": "fixed", "namespace": NS}}, data={{"a": "{label}"}})
    k8s.core.v1.ConfigMap("moved", metadata={{"name": "moved-{label}", "namespace": NS}}, data={{"a": "a"}})
    """
    project.up(program.format(label="one"))
    before = kubectl.get("deployment", "idle")["metadata"]["uid"]
    steps = project.steps(program.format(label="two"))
    assert all("replace" in steps[name]["op"] for name in ("idle", "fixed", "moved"))
    assert any("selector" in path for path in steps["idle"]["detailedDiff"])
    output = project.up()
    assert kubectl.get("deployment", "idle")["metadata"]["uid"] != before
    assert kubectl.get("configmap", "fixed")["data"] == {"a": "two"}
    assert "moved-two" in kubectl.names("configmaps")
    assert "moved-one" not in kubectl.names("configmaps")
    assert "3 replaced" in output
    project.unchanged()


def test_a_replacement_that_a_command_asks_for_goes_before_another_takes_its_name(
    project: Project, kubectl: Kubectl
) -> None:
    program = """
    k8s.core.v1.ConfigMap("fixed", metadata={"name": "fixed", "namespace": NS}, data={"a": "1"},
        opts=Options(delete_before_replace=True))
    """
    project.up(program)
    before = kubectl.get("configmap", "fixed")["metadata"]["uid"]
    urn = project.state()["fixed"]["urn"]
    assert "replace" in project.run("preview", "--replace", urn)
    project.run("up", "--yes", "--skip-preview", "--replace", urn)
    assert kubectl.get("configmap", "fixed")["metadata"]["uid"] != before
    project.unchanged()


def test_a_mutable_map_changes_in_place_and_ignored_fields_stay_others(project: Project, kubectl: Kubectl) -> None:
    program = """
    provider = k8s.Provider("here", kubeconfig=KUBECONFIG, context=CONTEXT, namespace=NS,
        enable_config_map_mutable=True)
    k8s.core.v1.ConfigMap("a", metadata={{"name": "a", "labels": {{"tier": "mine"}}}}, data={{"a": "{value}"}},
        opts=Options(provider=provider, ignore_changes=["metadata.labels.tier"]))
    """
    head = f"KUBECONFIG, CONTEXT = {project.kubeconfig!r}, {project.context!r}"
    project.up(f"    {head}\n{program.format(value='1')}")
    uid = kubectl.get("configmap", "a")["metadata"]["uid"]
    kubectl("label", "configmap", "a", "tier=theirs", "--overwrite")
    project.up(f"    {head}\n{program.format(value='2')}")
    found = kubectl.get("configmap", "a")
    assert found["metadata"]["uid"] == uid
    assert found["data"] == {"a": "2"}
    assert found["metadata"]["labels"] == {"tier": "theirs"}


CUSTOM = """
schema = {"type": "object", "properties": {"spec": {"type": "object", "required": ["size"], "properties": {
    "size": {"type": "integer", "minimum": 1}, "mode": {"type": "string", "default": "calm"},
    "free": {"type": "object", "x_kubernetes_preserve_unknown_fields": True}}}}}
definition = k8s.apiextensions.v1.CustomResourceDefinition("definition", metadata={"name": f"things.{NS}.example.com"},
    spec={"group": f"{NS}.example.com", "scope": "Namespaced", "names": {"plural": "things", "kind": "Thing"},
          "versions": [{"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}]})
thing = lambda spec: k8s.apiextensions.CustomResource("thing", api_version=f"{NS}.example.com/v1", kind="Thing",
    metadata={"name": "one", "namespace": NS}, spec=spec, opts=Options(depends_on=definition))
"""


def test_custom_resources_with_their_definition(project: Project, kubectl: Kubectl) -> None:
    project.up(CUSTOM + 'thing({"size": 1, "free": {"any": ["thing"]}})\n')
    kind = f"things.{project.namespace}.example.com"
    assert kubectl.get(kind, "one")["spec"] == {"size": 1, "mode": "calm", "free": {"any": ["thing"]}}
    project.unchanged()
    steps = project.steps(CUSTOM + 'thing({"size": 2, "free": {"any": ["thing"]}})\n')
    assert steps["thing"]["op"] == "update"
    project.up()
    assert kubectl.get(kind, "one")["spec"]["size"] == 2
    refused = project.preview(CUSTOM + 'thing({"size": 0})\n', fails=True)
    assert "spec.size" in refused
    assert "greater than or equal to 1" in refused
    project.destroy()


def test_many_resources(project: Project) -> None:
    project.program("""
    for n in range(300):
        k8s.core.v1.ConfigMap(f"m{n}", metadata={"namespace": NS, "name": f"m{n}"}, data={"n": str(n)})
    """)
    took = {}
    for what, args in (
        ("first preview", ("preview",)),
        ("up", ("up", "--yes", "--skip-preview")),
        ("no-change preview", ("preview", "--expect-no-changes")),
        ("destroy", ("destroy", "--yes", "--skip-preview")),
    ):
        began = time.monotonic()
        project.run(*args)
        took[what] = f"{time.monotonic() - began:.1f} s"
    print("300 objects:", took)
