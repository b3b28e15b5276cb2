"""Paths of a real node in a workload: refused by the pack and by other zones, and read where all have agreed."""

import json
from dataclasses import replace
from typing import Any

import pytest
import yaml

import policies
from tests.engine.kubernetes_plugin.harness import Kubectl
from tests.engine.workloads.harness import IMAGE, PORT, OnKubernetes
from tests.harness.serving import serving

PACK = str(policies.__path__[0])
LOGS = "/var/log/pods"
# It says a word, which the runtime writes into a file of the node that root's group may read.
AGENT = f"""\
from components.host_path import HostPath
nodes = platform.isolate(ZoneSpec(name="nodes", environment="nodes", admits_host_paths=True), parent=parent)
logs = HostPath(path="{LOGS}", mount="/host/pods")
free = HostPath(path="/tmp", mount="/host/tmp", writable=True)
said = "echo a word; {serving(PORT, "/www")}"
agent = replace(
    web("one", placement=OnePerNode(), host_paths=(logs, free)),
    user="65534:0",
    command=("/bin/busybox", "sh", "-c", said),
)
"""
IN_ITS_ZONE = f"{AGENT}platform.run(agent, nodes, parent=parent)\n"
IN_ANOTHER = f"{AGENT}run(agent)\n"
MISSING = IN_ITS_ZONE.replace(LOGS, "/var/log/none-such")


def exempt(project: OnKubernetes, *findings: tuple[str, str, str]) -> None:
    """Write exemptions into the stack file: policy, resource and finding."""
    file = project.folder / f"Pulumi.{project.stack}.yaml"
    document = yaml.safe_load(file.read_text())
    document["config"]["planewatch:policyExemptions"] = [
        {
            "policy": policy,
            "resource": resource,
            "finding": finding,
            "owner": "ops",
            "reason": "node agent",
            "expires": "2999-12-31",
        }
        for policy, resource, finding in findings
    ]
    file.write_text(yaml.safe_dump(document))


def bare_pod(path: str) -> dict[str, Any]:
    """Return a pod that is hardened, but has a path of its node."""
    container = {
        "name": "web",
        "image": IMAGE,
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
        "resources": {"limits": {"cpu": "10m", "memory": "16Mi"}},
    }
    spec = {
        "containers": [container],
        "volumes": [{"name": "host", "hostPath": {"path": path}}],
        "securityContext": {"runAsNonRoot": True, "runAsUser": 1, "seccompProfile": {"type": "RuntimeDefault"}},
    }
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "bare"}, "spec": spec}


def test_an_agent_reads_its_node_once_its_zone_and_the_pack_agree(
    on_kubernetes: OnKubernetes, kubectl: Kubectl
) -> None:
    on_kubernetes.program(IN_ITS_ZONE)
    said = on_kubernetes.run("preview", "--policy-pack", PACK, fails=True)
    refused = (
        f"DaemonSet 'nodes-web': mounts '{LOGS}' of the node",
        "DaemonSet 'nodes-web': mounts '/tmp' of the node",
        "Namespace 'nodes-namespace': pod-security.kubernetes.io/enforce is 'privileged', not 'restricted'",
    )
    assert [each for each in refused if each not in said] == [], said
    assert said.count("[mandatory]") == len(refused), said

    namespace = ("namespace-is-restricted", "nodes-namespace", ".*")
    exempt(on_kubernetes, namespace, ("pod-leaves-host-alone", "nodes-web", f".*'{LOGS}'.*"))
    said = on_kubernetes.run("preview", "--policy-pack", PACK, fails=True)
    assert said.count("[mandatory]") == 1, said
    assert refused[1] in said

    exempt(on_kubernetes, namespace, ("pod-leaves-host-alone", "nodes-web", "mounts .*"))
    said = on_kubernetes.up(IN_ITS_ZONE, "--policy-pack", PACK)
    assert "[mandatory]" not in said
    assert f"is exempt from pod-leaves-host-alone until 2999-12-31 (ops: node agent): mounts '{LOGS}'" in said
    assert "is exempt from namespace-is-restricted until 2999-12-31" in said

    there = replace(kubectl, namespace=on_kubernetes.namespace.removesuffix("eu") + "nodes")
    inside = ("exec", "daemonset/web", "--", "/bin/busybox")
    own = there.get("pods")["items"][0]
    folder = f"/host/pods/{there.namespace}_{own['metadata']['name']}_{own['metadata']['uid']}"
    assert "a word" in there(*inside, "cat", f"{folder}/web/0.log")
    with pytest.raises(AssertionError, match="Read-only file system"):
        there(*inside, "touch", f"/host/pods/{on_kubernetes.platform}")
    mark = f"/host/tmp/{on_kubernetes.platform}"
    there(*inside, "touch", mark)
    there(*inside, "rm", mark)
    on_kubernetes.unchanged()

    # The exemption is the stack's: the API server refuses such pods in the zone beside, whoever makes them.
    pod = json.dumps(bare_pod(LOGS))
    with pytest.raises(AssertionError, match=r'violates PodSecurity "restricted:latest": restricted volume types'):
        kubectl("create", "--dry-run=server", "-f-", stdin=pod)
    assert "pod/bare created" in there("create", "--dry-run=server", "-f-", stdin=pod)


def test_another_zone_is_refused_before_anything_is_made(on_kubernetes: OnKubernetes) -> None:
    said = on_kubernetes.preview(IN_ANOTHER, fails=True)
    assert f"host_paths of web must be none in zone eu (got {LOGS}, /tmp); run it in a zone of its own" in said


def test_a_path_that_is_not_there_is_told_and_not_made(on_kubernetes: OnKubernetes) -> None:
    said = on_kubernetes.up(MISSING, fails=True)
    assert "hostPath type check failed: /var/log/none-such is not a directory" in said
