"""A stack behind a real ingress controller: how tests reach it, and whose certificates it shows."""

import base64
import copy
import json
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx

from infra.platforms.kubernetes.selfsigned import Pair, make_authority, make_certificate
from tests.harness.controller import Controller, EdgeClient, kubectl
from tests.harness.kubernetes import OnCluster
from tests.harness.otlp import Point, request
from tests.harness.settings import Settings
from tests.harness.waiting import wait_until

DOMAIN = "edge.test"
_OK = httpx.codes.OK


@dataclass(kw_only=True)
class Behind:
    """A deployed stack of a local plane ``near`` and a remote one ``far`` with its ``token``, behind a controller."""

    on: OnCluster
    settings: Settings
    controller: Controller
    token: str

    def authority(self) -> str:
        """Return what clients shall trust, as the guide says it is read."""
        path = "jsonpath={.data.ca\\.crt}"
        done = self.on.kubectl("-n", self.on.namespace("control"), "get", "secret", "edge-tls", f"-o{path}")
        assert done.returncode == 0, done.stderr
        return decoded(done.stdout)

    def edge(self, **changes: object) -> Settings:
        """Return the settings with another edge."""
        changed = copy.deepcopy(self.settings)
        changed["kubernetes"]["ingress"].update(changes)
        return changed


def decoded(text: str) -> str:
    return base64.b64decode(text).decode()


def routed(client: EdgeClient) -> None:
    """Wait until the controller has read what it is to serve; a second or two."""
    url = f"https://console.{DOMAIN}/healthz"
    wait_until(lambda: client.get(url).status_code, lambda code: code == _OK, within_s=30, what=url)


def send(client: EdgeClient, name: str, token: str | None, plane: str = "far") -> int:
    """Send a metric to a plane's address for clients elsewhere; returns the answer's status."""
    # A liar's attributes, so that the identity in the store can only be the plane's own.
    point = Point(name=name, resource={"service.name": "elsewhere", "data_plane_id": "near", "environment": "near"})
    return client.post(f"https://{plane}-otlp.{DOMAIN}/v1/metrics", request([point]), token=token).status_code


def served(controller: Controller, authority: str) -> bool:
    """Tell whether the console's certificate is one of this authority's."""
    try:
        with controller.client(authority) as client:
            return client.get(f"https://console.{DOMAIN}/healthz").status_code == _OK
    except httpx.ConnectError as error:
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            return False
        raise


def somebodys() -> tuple[str, Pair]:
    """Make an authority (PEM) of somebody's and a certificate of its for the stack's hosts."""
    now = datetime.now(UTC)
    authority = make_authority("somebody", now)
    return authority.certificate, make_certificate(DOMAIN, authority, now)


def put_secret(behind: Behind, name: str, made: Pair) -> None:
    """Put a certificate where an administrator would: into a Secret outside of the stack."""
    document = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": behind.controller.name},
        "type": "kubernetes.io/tls",
        "stringData": {"tls.crt": made.certificate, "tls.key": made.key},
    }
    kubectl(behind.on.cluster, "apply", "--server-side", "--filename=-", given=json.dumps(document))
