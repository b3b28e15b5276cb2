"""What cannot work is refused in one line, before anything is created where that can be known."""

import json
from dataclasses import replace

import pytest
import yaml

from tests.engine.kubernetes_plugin.harness import Kubectl, Project

pytestmark = pytest.mark.engine


def test_invalid_objects_in_a_namespace_that_is_not_there_yet(project: Project, kubectl: Kubectl) -> None:
    output = project.preview(
        """
        space = k8s.core.v1.Namespace("space", metadata={"name": f"{NS}-new"})
        k8s.core.v1.Service("service", metadata={"name": "s", "namespace": space.metadata.name},
            spec={"ports": [{"port": 70000}]})
        """,
        fails=True,
    )
    assert "spec.ports[0].port" in output
    assert f"{project.namespace}-new" not in kubectl.names("namespaces")
    output = project.preview(
        """
        k8s.apps.v1.Deployment("typo", metadata={"name": "typo", "namespace": NS}, spec={"replica": 1,
            "selector": {"matchLabels": {"a": "b"}}, "template": {"metadata": {"labels": {"a": "b"}},
            "spec": {"containers": [{"name": "a", "image": IMAGE}]}}})
        """,
        fails=True,
    )
    assert 'unknown field "spec.replica"' in output
    output = project.preview('k8s.core.v1.ConfigMap("a", metadata={"name": "Bad_Name", "namespace": NS})', fails=True)
    assert "metadata.name 'Bad_Name' is not a DNS name" in output


def test_what_belongs_to_someone_else_is_not_taken(project: Project, kubectl: Kubectl) -> None:
    kubectl("create", "configmap", "theirs", "--from-literal=a=1")
    program = 'k8s.core.v1.ConfigMap("theirs", metadata={"name": "theirs", "namespace": NS}, data={"a": "2"})'
    for output in (project.preview(program, fails=True), project.up(fails=True)):
        assert f"cannot create ConfigMap {project.namespace}/theirs: it already exists" in output
    assert kubectl.get("configmap", "theirs")["data"] == {"a": "1"}


def test_a_conflict_names_the_other_manager_and_the_field(project: Project, kubectl: Kubectl) -> None:
    program = """
    k8s.core.v1.Service("s", metadata={{"name": "s", "namespace": NS, "labels": {{"tier": "{tier}"}},
        "annotations": {{"note": "x"{force}}}}}, spec={{"clusterIP": "None", "ports": [{{"port": 80}}]}})
    """
    project.up(program.format(tier="one", force=""))
    theirs = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "s", "labels": {"tier": "theirs"}},
    }
    kubectl("apply", "--server-side", "--force-conflicts", "--field-manager=ops", "-f", "-", stdin=json.dumps(theirs))
    project.program(program.format(tier="two", force=""))
    for output in (project.run("preview", fails=True), project.up(fails=True)):
        assert "metadata.labels.tier is managed by ops" in output
        assert "Traceback" not in output
    assert kubectl.get("service", "s")["metadata"]["labels"] == {"tier": "theirs"}
    project.up(program.format(tier="two", force=', "pulumi.com/patchForce": "true"'))
    assert kubectl.get("service", "s")["metadata"]["labels"] == {"tier": "two"}
    project.unchanged()


def test_no_such_context_server_or_function(project: Project) -> None:
    project.run("config", "set", "kubernetes:context", "nowhere")
    output = project.up('k8s.core.v1.ConfigMap("a", metadata={"namespace": NS})', fails=True)
    assert "there is no context nowhere in kubeconfig" in output
    project.run("config", "set", "kubernetes:context", "dead")
    dead = project.folder / "dead.yaml"
    dead.write_text(
        yaml.safe_dump(
            {
                "contexts": [{"name": "dead", "context": {"cluster": "c", "user": "u"}}],
                # Port 1 of loopback: nobody listens there.
                "clusters": [{"name": "c", "cluster": {"server": "https://127.0.0.1:1"}}],
                "users": [{"name": "u", "user": {"token": "t"}}],
            }
        )
    )
    unreachable = replace(project, kubeconfig=str(dead))
    output = unreachable.up(fails=True)
    assert "cannot reach the Kubernetes API server https://127.0.0.1:1 (context dead)" in output
    project.run("config", "set", "kubernetes:context", project.context)
    output = project.up('k8s.yaml.v2.ConfigGroup("g", yaml="a: b")', fails=True)
    assert "no component kubernetes:yaml/v2:ConfigGroup" in output
    output = project.up('k8s.helm.v3.Release("r", chart="c")', fails=True)
    assert "does not support kubernetes:helm.sh/v3:Release" in output


def test_a_dead_cluster_s_resources_can_be_forgotten(project: Project, kubectl: Kubectl) -> None:
    project.up('k8s.core.v1.ConfigMap("a", metadata={"name": "a", "namespace": NS})')
    config = json.loads(kubectl("config", "view", "--raw", "-o", "json"))
    for entry in config["clusters"]:
        entry["cluster"]["server"] = "https://127.0.0.1:1"
    dead = project.folder / "dead.json"
    dead.write_text(json.dumps(config))
    gone = replace(project, kubeconfig=str(dead))
    output = gone.destroy(fails=True)
    assert "cannot reach the Kubernetes API server" in output
    forgetting = replace(gone, extra={"PULUMI_K8S_DELETE_UNREACHABLE": "true"})
    forgetting.destroy()


def test_forbidden_says_which_verb_on_which_resource(project: Project, kubectl: Kubectl) -> None:
    kubectl("create", "serviceaccount", "weak")
    kubectl("create", "role", "weak", "--verb=get,list,create", "--resource=configmaps")
    kubectl("create", "rolebinding", "weak", "--role=weak", f"--serviceaccount={project.namespace}:weak")
    token = kubectl("create", "token", "weak").strip()
    config = json.loads(kubectl("config", "view", "--raw", "--minify", "-o", "json"))
    user = {"name": "weak", "user": {"token": token}}
    context = {"name": "weak", "context": {"cluster": config["clusters"][0]["name"], "user": "weak"}}
    restricted = {**config, "users": [user], "contexts": [context], "current-context": "weak"}
    path = project.folder / "weak.yaml"
    path.write_text(json.dumps(restricted))
    weak = replace(project, kubeconfig=str(path))
    project.run("config", "set", "kubernetes:context", "weak")
    weak.up('k8s.core.v1.ConfigMap("ok", metadata={"name": "ok", "namespace": NS}, data={"a": "1"})')
    for program, words in (
        (
            'k8s.core.v1.Secret("no", metadata={"name": "no", "namespace": NS})',
            f"lacks permission to create secrets in namespace {project.namespace}",
        ),
        (
            'k8s.core.v1.Namespace("no", metadata={"name": f"{NS}-no"})',
            "lacks permission to create namespaces in the cluster",
        ),
        (
            'k8s.core.v1.ConfigMap("ok", data={"a": "1"}, metadata=dict(name="ok", namespace=NS, labels={"a": "b"}))',
            f"lacks permission to patch configmaps in namespace {project.namespace}",
        ),
    ):
        output = weak.preview(program, fails=True)
        assert f"system:serviceaccount:{project.namespace}:weak {words}" in output
        assert token not in output
    project.run("config", "set", "kubernetes:context", project.context)
