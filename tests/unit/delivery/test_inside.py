"""What answers inside a cluster only is asked through forwards, and pods that are not ready are named.

A program takes kubectl's place: it tells of workloads what a file says, and its forwards lead to a server of its own.
With a real cluster: tests/e2e_kubernetes/test_missing.py.
"""

import io
import json
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from delivery.inside import Inside, workloads
from delivery.outputs import Outputs
from delivery.summary import Answers, ask, show

_KUBECTL = """
import http.server, pathlib, sys
folder, words = pathlib.Path(__file__).parent, sys.argv[1:]
namespace = words[words.index("-n") + 1]
if "get" in words:
    found = folder / f"{namespace}.json"
    if not found.exists():
        sys.exit(f'Error from server (Forbidden): pods is forbidden in the namespace "{namespace}"')
    print(found.read_text())
    sys.exit(0)
role = words[-2].removeprefix("service/")

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        ill = (folder / f"{namespace}-{role}-ill").exists()
        self.send_response(503 if ill else 405 if role == "collector" else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
print(f"Forwarding from 127.0.0.1:{server.server_port} -> 1", flush=True)
server.serve_forever()
"""


def pod(role: str, name: str, *, ready: bool = True, **status: Any) -> dict[str, Any]:
    conditions = [{"type": "Ready", "status": "True" if ready else "False"}]
    labels = {"app.kubernetes.io/name": role}
    return {
        "kind": "Pod",
        "metadata": {"name": name, "labels": labels},
        "status": {"phase": "Running", "conditions": conditions, **status},
    }


def workload(role: str, replicas: int, kind: str = "Deployment") -> dict[str, Any]:
    return {
        "kind": kind,
        "metadata": {"name": role, "labels": {"app.kubernetes.io/name": role}},
        "spec": {"replicas": replicas},
        "status": {},
    }


def healthy(*roles: str) -> list[dict[str, Any]]:
    return [item for role in roles for item in (workload(role, 1), pod(role, f"{role}-1"))]


class Cluster:
    """A cluster with a control plane and one plane, told of by files in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "kubectl.py").write_text(textwrap.dedent(_KUBECTL))
        self.say("control", healthy("console", "thanos-query"))
        self.say("prod", healthy("api", "collector"))
        places = {
            "console": ("control", "console", 8080),
            "query": ("control", "thanos-query", 9090),
            "prod-http": ("prod", "api", 8000),
            "prod-otlp-http": ("prod", "collector", 4318),
        }
        self.urls = {
            name: f"http://{role}.planewatch-dev-{zone}.svc:{port}" for name, (zone, role, port) in places.items()
        }
        self.access = {
            name: f"{sys.executable} {folder}/kubectl.py --context c -n planewatch-dev-{zone} port-forward"
            f" service/{role} {port}:{port}"
            for name, (zone, role, port) in places.items()
        }

    def say(self, zone: str, items: list[dict[str, Any]]) -> None:
        (self.folder / f"planewatch-dev-{zone}.json").write_text(json.dumps({"items": items}))

    def outputs(self, **changed: Any) -> Outputs:
        api = self.urls["prod-http"]
        plane = {
            "api_url": api,
            "api_health_url": f"{api}/health",
            "otlp_http_url": self.urls["prod-otlp-http"],
        }
        document = {
            "platform": "kubernetes",
            "release": "1.0",
            "console_url": self.urls["console"],
            "query_url": self.urls["query"],
            "query_health_url": f"{self.urls['query']}/-/ready",
            "data_planes": {"prod": plane},
            "access": self.access,
        }
        return Outputs.model_validate({**document, **changed})

    def ask(self, outputs: Outputs | None = None) -> Answers:
        found = outputs or self.outputs()
        return ask(found, Inside(outputs=found, environment={}), within_s=0)


@pytest.fixture
def cluster(tmp_path: Path) -> Cluster:
    return Cluster(tmp_path)


def states(answers: Answers) -> dict[str, str | None]:
    return {answer.place.name: answer.fault for answer in answers.places}


def shown(cluster: Cluster, answers: Answers) -> str:
    screen = io.StringIO()
    show(cluster.outputs(), answers, Console(file=screen, width=160), access="make access STACK=dev")
    return screen.getvalue()


def test_every_address_is_asked_where_its_forward_leads(cluster: Cluster) -> None:
    answers = cluster.ask()
    assert answers.well
    assert all(answer.asked for answer in answers.places)
    (cluster.folder / "planewatch-dev-prod-api-ill").touch()
    answers = cluster.ask()
    assert not answers.well
    assert states(answers) == {
        "console": None,
        "metrics query": None,
        "prod API": "answers 503",
        "prod OTLP/HTTP": None,
    }


def test_a_plane_whose_pods_are_gone_is_not_up(cluster: Cluster) -> None:
    cluster.say("prod", [workload("api", 2), workload("collector", 2, "StatefulSet")])
    began = time.monotonic()
    answers = cluster.ask()
    # A forward to a workload without pods would wait for one.
    assert time.monotonic() - began < 10
    assert states(answers)["prod API"] == states(answers)["prod OTLP/HTTP"] == "no pod of it is ready"
    assert answers.faults == (
        "0 of 2 pods of api in planewatch-dev-prod are ready",
        "0 of 2 pods of collector in planewatch-dev-prod are ready",
    )
    assert not answers.well
    text = shown(cluster, answers)
    assert "no pod of it is ready" in text
    assert "0 of 2 pods of api in planewatch-dev-prod are ready" in text


def test_pods_that_are_not_ready_are_named_with_the_reason(cluster: Cluster) -> None:
    waiting = {"containerStatuses": [{"state": {"waiting": {"reason": "CrashLoopBackOff"}}}]}
    unscheduled = {
        "phase": "Pending",
        "conditions": [{"type": "PodScheduled", "status": "False", "message": "0/1 nodes are available"}],
    }
    api = [
        workload("api", 3),
        pod("api", "api-a"),
        pod("api", "api-b", ready=False, **waiting),
        pod("api", "api-c", ready=False, **unscheduled),
    ]
    cluster.say("prod", [*api, *healthy("collector")])
    answers = cluster.ask()
    assert answers.faults == (
        (
            "1 of 3 pods of api in planewatch-dev-prod are ready:"
            " api-b (CrashLoopBackOff), api-c (0/1 nodes are available)"
        ),
    )
    # One can answer, so the address is asked and up; the whole is not well.
    assert states(answers)["prod API"] is None
    assert not answers.well


def test_a_pod_that_is_going_is_neither_ready_nor_at_fault() -> None:
    going = pod("api", "api-a")
    going["metadata"]["deletionTimestamp"] = "2026-11-30T00:00:00Z"
    (found,) = workloads("ns", [workload("api", 1), going, pod("api", "api-b")])
    assert (found.ready, found.unready, found.fault) == (1, (), None)


def test_a_cluster_that_says_nothing_leaves_everything_unasked(cluster: Cluster) -> None:
    (cluster.folder / "planewatch-dev-prod.json").unlink()
    answers = cluster.ask()
    assert not any(answer.asked for answer in answers.places)
    text = shown(cluster, answers)
    assert "not asked" in text
    assert "pods is forbidden" in text
    assert " up " not in text
    assert "listening" not in text


def test_what_an_edge_publishes_is_not_said_to_be_up(cluster: Cluster) -> None:
    edge = {"api_url": "https://prod-api.example.com", "otlp_http_url": "https://prod-otlp.example.com"}
    access = {name: way for name, way in cluster.access.items() if not name.startswith("prod")}
    outputs = cluster.outputs(data_planes={"prod": edge}, access=access)
    cluster.say("prod", [workload("api", 1), *healthy("collector")])
    answers = cluster.ask(outputs)
    asked = {answer.place.name: answer.asked for answer in answers.places}
    assert asked == {"console": True, "metrics query": True, "prod API": False, "prod OTLP/HTTP": False}
    # Its pods are looked at all the same.
    assert answers.faults == ("0 of 1 pods of api in planewatch-dev-prod are ready",)
