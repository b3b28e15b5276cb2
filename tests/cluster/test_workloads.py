"""What a deployer's workloads find on the cluster: names, policies, volumes, metrics for scaling, loaded images."""

import json
from functools import partial
from typing import Any

import pytest

import toolchain.cluster
from tests.cluster import kube
from tests.cluster.kube import Kube
from tests.harness.waiting import wait_until
from toolchain.cluster import Cluster
from toolchain.obtain.cache import Cache

pytestmark = [pytest.mark.engine, pytest.mark.docker]
SERVE = ("python3", "-m", "http.server", "8080", "--directory", "/usr/lib/python3")


def test_node_is_ready_and_of_the_promised_version(cluster: Cluster, space: Kube) -> None:
    (node,) = space.get("nodes")["items"]
    ready = {one["type"]: one["status"] for one in node["status"]["conditions"]}
    assert ready["Ready"] == "True"
    major, minor = json.loads(space.run("get", "--raw=/version"))["gitVersion"].removeprefix("v").split(".")[:2]
    assert (int(major), int(minor)) >= (1, 30)
    assert cluster.context in space.run("config", "get-contexts", "-oname")


def test_loaded_image_is_not_loaded_again(cache: Cache, cluster: Cluster) -> None:
    assert toolchain.cluster.load_images(cache, cluster, [kube.IMAGE]) == ()


def test_image_that_the_engine_lacks_is_named(cache: Cache, cluster: Cluster) -> None:
    with pytest.raises(toolchain.obtain.errors.UnavailableError, match="no image planewatch/nowhere:1"):
        toolchain.cluster.load_images(cache, cluster, ["planewatch/nowhere:1"])


def test_pods_resolve_services(space: Kube) -> None:
    space.apply(kube.pod("client"))
    space.wait("condition=Ready", "pod/client")
    address = space.python("client", "import socket; print(socket.gethostbyname('kubernetes.default'))")
    service = json.loads(space.run("get", "service/kubernetes", "-ndefault", "-ojson"))
    assert address == service["spec"]["clusterIP"]


def test_network_policies_are_enforced_in_both_directions(space: Kube) -> None:
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "server"},
        "spec": {"selector": {"app": "server"}, "ports": [{"port": 80, "targetPort": 8080}]},
    }
    probe = {"httpGet": {"path": "/", "port": 8080}, "periodSeconds": 1}
    server = kube.pod("server", *SERVE)
    server["spec"]["containers"][0]["readinessProbe"] = probe
    space.apply(server, service, kube.pod("friend"), kube.pod("stranger"))
    space.wait("condition=Ready", "pod", "--all")
    # The address, because a policy that forbids everything forbids asking for names, too.
    url = f"http://{space.get('service/server')['spec']['clusterIP']}/"
    for name in ("friend", "stranger"):
        wait_until(partial(space.reaches, name, url), within_s=20, what=f"{name} reaches the server")

    space.apply(
        _policy("deny", {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}),
        _policy(
            "into-server",
            {
                "podSelector": {"matchLabels": {"app": "server"}},
                "ingress": [{"from": [{"podSelector": {"matchLabels": {"app": "friend"}}}], "ports": [{"port": 8080}]}],
            },
        ),
        _policy(
            "out-of-friend",
            {
                "podSelector": {"matchLabels": {"app": "friend"}},
                "policyTypes": ["Egress"],
                "egress": [{"to": [{"podSelector": {"matchLabels": {"app": "server"}}}], "ports": [{"port": 8080}]}],
            },
        ),
    )
    wait_until(
        lambda: (space.reaches("friend", url), space.reaches("stranger", url)),
        lambda seen: seen == (True, False),
        within_s=30,
        what="only the friend reaches the server",
    )
    # Out of the server itself nothing was allowed, not even to the friend's own namespace.
    friend = space.get("pod/friend")["status"]["podIP"]
    assert not space.reaches("server", f"http://{friend}:8080/")
    # Probes come from the node: they pass whatever the policies say.
    assert space.get("pod/server")["status"]["containerStatuses"][0]["ready"]


def _policy(name: str, spec: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": name}, "spec": spec}


def test_claim_of_the_default_class_is_bound_written_grown_and_reclaimed(space: Kube) -> None:
    claim = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "64Mi"}}},
    }
    space.apply(claim, kube.pod("first", volumes={"data": "/data"}))
    space.wait("condition=Ready", "pod/first")
    space.python("first", "open('/data/note', 'w').write('kept')")
    volume = space.get("pvc/data")["spec"]["volumeName"]

    space.run("delete", "pod/first", "--wait=true")
    space.apply(kube.pod("second", volumes={"data": "/data"}))
    space.wait("condition=Ready", "pod/second")
    assert space.python("second", "print(open('/data/note').read())") == "kept"

    # It grows under the pod that uses it.
    space.run("patch", "pvc/data", "-p", '{"spec":{"resources":{"requests":{"storage":"96Mi"}}}}')
    wait_until(
        lambda: space.get("pvc/data")["status"]["capacity"]["storage"] == "96Mi", within_s=60, what="the claim grows"
    )
    assert space.get(f"pv/{volume}")["spec"]["capacity"]["storage"] == "96Mi"
    assert space.python("second", "print(open('/data/note').read())") == "kept"

    space.run("delete", "pod/second", "pvc/data", "--wait=true")
    wait_until(
        lambda: space.try_run("get", f"pv/{volume}").returncode != 0, within_s=60, what="the volume is reclaimed"
    )


def test_autoscaler_sees_load_and_top_shows_it(space: Kube) -> None:
    template = kube.pod("worker", "python3", "-c", "while True: pass")
    template["spec"]["containers"][0]["resources"] = {
        "requests": {"cpu": "10m", "memory": "32Mi"},
        "limits": {"cpu": "100m"},
    }
    space.apply(
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "worker"},
            "spec": {
                "selector": {"matchLabels": {"app": "worker"}},
                "template": {"metadata": {"labels": {"app": "worker"}}, "spec": {**template["spec"]}},
            },
        },
        {
            "apiVersion": "autoscaling/v2",
            "kind": "HorizontalPodAutoscaler",
            "metadata": {"name": "worker"},
            "spec": {
                "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "worker"},
                "minReplicas": 1,
                "maxReplicas": 2,
                "metrics": [
                    {
                        "type": "Resource",
                        "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}},
                    }
                ],
            },
        },
    )
    wait_until(
        lambda: space.get("hpa/worker")["status"].get("desiredReplicas"),
        lambda wanted: wanted == 2,
        within_s=120,
        every_s=1,
        what="the autoscaler asks for a second worker",
    )
    used = space.run("top", "pods", "--no-headers").split()
    assert used[0].startswith("worker-")
    assert int(used[1].removesuffix("m")) > 5
