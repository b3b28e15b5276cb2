"""A cluster of a control plane and one plane that a program in kubectl's place tells of.

It says of workloads what files say, and its forwards lead to a server of its own.
"""

import io
import json
import sys
import textwrap
from pathlib import Path
from typing import Any

from rich.console import Console

from delivery.inside import Inside
from delivery.outputs import Outputs
from delivery.summary import Answers, ask, show
from infra.platforms.kubernetes.naming import NAME, Naming

NAMING = Naming(stack="dev", release="1.0")

_KUBECTL = """
import http.server, json, pathlib, sys, time
folder, words = pathlib.Path(__file__).parent, sys.argv[1:]
namespace = words[words.index("-n") + 1] if "-n" in words else None

def refuse(scope):
    sys.exit(f"Error from server (Forbidden): pods is forbidden: cannot list resource pods {scope}")

if "get" in words:
    with (folder / "calls").open("a") as calls:
        print(namespace or "all", file=calls)
    for failure in sorted(folder.glob(f"{namespace or 'all'}-fails-*")):
        said = failure.read_text()
        failure.unlink()
        sys.exit(said)
    if (folder / "slow").exists():
        time.sleep(60)
    if namespace is None and list(folder.glob("*.forbidden")):
        refuse("at the cluster scope")
    if namespace is not None and (folder / f"{namespace}.forbidden").exists():
        refuse(f'in the namespace "{namespace}"')
    if "events" in words:
        told = folder / "events"
        print(told.read_text() if told.exists() else json.dumps({"items": []}))
        sys.exit(0)
    key, _, value = words[words.index("-l") + 1].partition("=")
    # One that is gone is shown as empty.
    files = folder.glob("*.json") if namespace is None else folder.glob(f"{namespace}.json")
    items = [item for file in files for item in json.loads(file.read_text())]
    print(json.dumps({"items": [item for item in items if item["metadata"]["labels"].get(key) == value]}))
    sys.exit(0)
with (folder / "forwards").open("a") as forwards:
    print(namespace, words[-2], file=forwards)
if (folder / "no-forwards").exists():
    sys.exit('error: pods "api-1" is forbidden: User "u" cannot create resource "pods/portforward"')
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
    """Return a pod of a workload."""
    conditions = [{"type": "Ready", "status": "True" if ready else "False"}]
    labels = NAMING.role_labels(role, "prod")
    return {
        "kind": "Pod",
        "metadata": {"name": name, "labels": labels},
        "status": {"phase": "Running", "conditions": conditions, **status},
    }


def workload(role: str, replicas: int, kind: str = "Deployment") -> dict[str, Any]:
    """Return a workload without its pods."""
    return {
        "kind": kind,
        "metadata": {"name": role, "labels": NAMING.role_labels(role, "prod")},
        "spec": {"replicas": replicas},
        "status": {},
    }


def version(of: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a workload or pod as that of a version of it."""
    labels = {**of["metadata"]["labels"], NAME: name}
    return {**of, "metadata": {**of["metadata"], "labels": labels}}


def healthy(*roles: str) -> list[dict[str, Any]]:
    """Return workloads with a pod each that is ready."""
    return [item for role in roles for item in (workload(role, 1), pod(role, f"{role}-1"))]


def states(answers: Answers) -> dict[str, str | None]:
    """Return what is wrong with each place."""
    return {answer.place.name: answer.fault for answer in answers.places}


class ToldCluster:
    """The cluster that files in ``folder`` tell of; everything is well at first."""

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
        self.urls = {name: f"http://{NAMING.host(role, zone)}:{port}" for name, (zone, role, port) in places.items()}
        self.kubectl = f"{sys.executable} {folder}/kubectl.py --context c"
        self.access = {
            name: f"{self.kubectl} -n {NAMING.namespace(zone)} port-forward service/{role} {port}:{port}"
            for name, (zone, role, port) in places.items()
        }

    def say(self, zone: str, items: list[dict[str, Any]]) -> None:
        """Say what is in a zone."""
        namespace = NAMING.namespace(zone)
        for item in items:
            item["metadata"]["namespace"] = namespace
        (self.folder / f"{namespace}.json").write_text(json.dumps(items))

    def warn(self, *events: dict[str, Any]) -> None:
        """Say which events there are of the kind that is asked for."""
        (self.folder / "events").write_text(json.dumps({"items": events}))

    def forbid(self, *zones: str) -> None:
        """Forbid the user to look at the cluster as a whole, and at these zones."""
        for scope in ("cluster", *map(NAMING.namespace, zones)):
            (self.folder / f"{scope}.forbidden").touch()

    def fail(self, said: str, *, where: str = "all", times: int = 1) -> None:
        """Let kubectl fail with these words when it is asked of a namespace, or of all."""
        for number in range(times):
            (self.folder / f"{where}-fails-{number}").write_text(said)

    @property
    def looks(self) -> list[str]:
        """Of what kubectl was asked: a namespace, or all."""
        return (self.folder / "calls").read_text().split()

    @property
    def forwards(self) -> list[str]:
        """The forwards that were opened: a namespace and a service each."""
        return (self.folder / "forwards").read_text().splitlines()

    def outputs(self, **changed: Any) -> Outputs:
        """Return the stack's outputs, with some ``changed``."""
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
            "kubectl": self.kubectl,
        }
        return Outputs.model_validate({**document, **changed})

    def ask(self, outputs: Outputs | None = None, *, within_s: float = 0) -> Answers:
        """Ask as `up` does."""
        found = outputs or self.outputs()
        return ask(found, Inside(stack=NAMING.stack, outputs=found, environment={}), within_s=within_s)

    def shown(self, answers: Answers) -> str:
        """Return what the user reads."""
        screen = io.StringIO()
        show(self.outputs(), answers, Console(file=screen, width=160), access="make access STACK=dev")
        return screen.getvalue()
