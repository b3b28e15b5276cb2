"""A webhook receiver inside the control plane's network: what Alertmanager really sends."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from config.images import API
from tests.harness.containers import StackOnEngine
from tests.harness.pulumi import ROOT

_PORT = 8000
_PROGRAM = f"""
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        sys.stdout.write(body.decode() + "\\n")
        sys.stdout.flush()
        self.send_response(200)
        self.end_headers()
    def log_message(self, *args):
        pass
http.server.HTTPServer(("", {_PORT}), Handler).serve_forever()
"""


def alerts_in(bodies: Iterable[str], name: str, plane: str) -> list[dict[str, Any]]:
    """Return the alerts called ``name`` of ``plane`` in what Alertmanager sent."""
    return [
        alert
        for body in bodies
        if body
        for alert in json.loads(body)["alerts"]
        if (alert["labels"]["alertname"], alert["labels"].get("data_plane_id")) == (name, plane)
    ]


@dataclass(frozen=True, kw_only=True)
class Receiver:
    """One container on the control network; it writes each body as a line of its log."""

    engine: StackOnEngine

    @property
    def name(self) -> str:
        """The container's name, by which Alertmanager reaches it."""
        return self.engine.name("control", "receiver")

    @property
    def url(self) -> str:
        """What to configure as the webhook's URL."""
        return f"http://{self.name}:{_PORT}/hook"

    def start(self) -> None:
        """Start it if it does not run; the control network must be there."""
        if self._exists():
            return
        self.engine.client.containers.run(
            API.reference(ROOT),
            ["-c", _PROGRAM],
            entrypoint="/opt/venv/bin/python",
            name=self.name,
            network=f"planewatch-{self.engine.stack}-control",
            # Not the stack's own label: it is nobody's service.
            labels={"planewatch.test": self.engine.stack},
            detach=True,
        )

    def stop(self) -> None:
        """Remove it; a network with a container on it cannot go."""
        if self._exists():
            self.engine.client.containers.get(self.name).remove(force=True)

    def alerts(self, name: str, plane: str) -> list[dict[str, Any]]:
        """Return the alerts called ``name`` of ``plane`` in the order in which they were told."""
        log = self.engine.client.containers.get(self.name).logs(stdout=True, stderr=False)
        return alerts_in(log.decode().splitlines(), name, plane)

    def _exists(self) -> bool:
        return bool(self.engine.client.api.containers(all=True, filters={"name": f"^/{self.name}$"}))
