"""Refresh, import, and what happened behind the stack's back."""

import pytest

from tests.engine.kubernetes_plugin.harness import Kubectl, Project

pytestmark = pytest.mark.engine

PROGRAM = """
k8s.core.v1.Service("s", metadata={"name": "s", "namespace": NS, "labels": {"tier": "one"}},
    spec={"clusterIP": "None", "ports": [{"port": 80}]})
k8s.core.v1.ConfigMap("gone", metadata={"name": "gone", "namespace": NS}, data={"a": "1"})
k8s.core.v1.Secret("secret", metadata={"name": "secret", "namespace": NS}, string_data={"a": "swordfish-1"})
"""


def test_refresh_takes_live_values_and_forgets_what_is_gone(project: Project, kubectl: Kubectl) -> None:
    project.up(PROGRAM)
    kubectl("label", "service", "s", "tier=two", "--overwrite")
    kubectl("delete", "configmap", "gone")
    kubectl("patch", "secret", "secret", "--type=merge", "-p", '{"stringData": {"a": "swordfish-2"}}')
    project.run("refresh", "--yes", "--skip-preview")
    state = project.state()
    assert state["s"]["outputs"]["metadata"]["labels"] == {"tier": "two"}
    assert state["s"]["inputs"]["metadata"]["labels"] == {"tier": "two"}
    assert "gone" not in state
    text = project.state_text()
    assert "c3dvcmRmaXNo" not in text
    # An edit takes the field's ownership, so the program's value needs to be forced: it is not overwritten silently.
    output = project.up(fails=True)
    assert "metadata.labels.tier is managed by kubectl-label" in output
    forced = PROGRAM.replace('"labels": {"tier"', '"annotations": {"pulumi.com/patchForce": "true"}, "labels": {"tier"')
    project.up(forced)
    assert kubectl.get("service", "s")["metadata"]["labels"] == {"tier": "one"}
    assert kubectl.get("configmap", "gone")["data"] == {"a": "1"}
    assert kubectl.get("secret", "secret")["data"] == {"a": "c3dvcmRmaXNoLTE="}
    project.unchanged()


def test_deleted_outside_without_a_refresh(project: Project, kubectl: Kubectl) -> None:
    project.up(PROGRAM)
    kubectl("delete", "service", "s")
    output = project.up(PROGRAM.replace('"one"', '"two"'), fails=True)
    assert f"Service {project.namespace}/s was deleted outside this stack; run `pulumi refresh`" in output
    project.up(None, "--refresh")
    assert kubectl.get("service", "s")["metadata"]["labels"] == {"tier": "two"}
    kubectl("delete", "service", "s")
    project.destroy()


def test_import_adopts_without_changing(project: Project, kubectl: Kubectl) -> None:
    kubectl("create", "deployment", "theirs", f"--image={project.image}", "--replicas=0")
    kubectl("create", "configmap", "theirs", "--from-literal=a=1")
    before = kubectl.get("deployment", "theirs")["metadata"]["generation"]
    program = """
    k8s.core.v1.ConfigMap("map", metadata={"name": "theirs", "namespace": NS}, data={"a": "1"},
        opts=Options(import_=f"{NS}/theirs"))
    k8s.apps.v1.Deployment("deployment", metadata={"name": "theirs", "namespace": NS, "labels": {"app": "theirs"}},
        spec={"replicas": REPLICAS, "selector": {"matchLabels": {"app": "theirs"}},
              "template": {"metadata": {"labels": {"app": "theirs"}},
                           "spec": {"containers": [{"name": "busybox", "image": IMAGE}]}}},
        opts=Options(import_=f"{NS}/theirs"))
    """
    project.up(f"    REPLICAS = 0\n{program}")
    assert kubectl.get("deployment", "theirs")["metadata"]["generation"] == before
    assert project.state()["deployment"]["id"] == f"{project.namespace}/theirs"
    project.unchanged()
    project.up("k8s.core.v1.ConfigMap('other', metadata={'name': 'other', 'namespace': NS})")
    assert sorted(kubectl.names("deployments")) == []
    output = project.up(
        'k8s.core.v1.ConfigMap("no", metadata={"name": "no", "namespace": NS}, opts=Options(import_=f"{NS}/no"))',
        fails=True,
    )
    assert "does not exist" in output


def test_a_provider_that_upserts_takes_over_what_is_there_and_other_objects_may_change_to_it(
    project: Project, kubectl: Kubectl
) -> None:
    program = """
    def provider(name, **args):
        context = pulumi.Config("kubernetes").require("context")
        return k8s.Provider(name, context=context, enable_server_side_apply=True, **args)

    own, adopting = provider("own"), provider("adopting", upsert_existing_objects=True, enable_patch_force=True)
    k8s.core.v1.ConfigMap("kept", metadata={"name": "kept", "namespace": NS}, data={"a": "2"}, opts=OPTIONS)
    """
    project.up(program.replace("OPTIONS", "Options(provider=own)").replace('"kept"', '"changing"'))
    before = kubectl.get("configmap", "changing")["metadata"]["uid"]
    steps = project.steps(program.replace("OPTIONS", "Options(provider=adopting)").replace('"kept"', '"changing"'))
    assert steps == {}
    project.up()
    assert kubectl.get("configmap", "changing")["metadata"]["uid"] == before
    project.destroy()

    # What a stack that is gone has left is owned by its field manager, with another value.
    kubectl("create", "configmap", "kept", "--from-literal=a=1")
    uid = kubectl.get("configmap", "kept")["metadata"]["uid"]
    assert "already exists" in project.up(program.replace("OPTIONS", "Options(provider=own)"), fails=True)
    adopted = program.replace("OPTIONS", "Options(provider=adopting, retain_on_delete=True)")
    assert project.steps(adopted)["kept"]["op"] == "create"
    project.up()
    found = kubectl.get("configmap", "kept")
    assert (found["metadata"]["uid"], found["data"]) == (uid, {"a": "2"})
    project.unchanged()
    project.destroy()
    assert kubectl.get("configmap", "kept")["metadata"]["uid"] == uid
