"""Questions to an API server over plain HTTPS, with the certificates of the cluster's folder."""

import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

from toolchain.cluster.layout import Layout

ANSWER_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Api:
    """Asks as the administrator."""

    layout: Layout

    def get(self, path: str) -> Any | None:  # noqa: ANN401 (an answer's JSON has no fixed shape)
        """Return the decoded answer (text where it is not JSON), or None or it is an error."""
        pki = self.layout.folder / "pki"
        try:
            context = ssl.create_default_context(cafile=str(pki / "ca.crt"))
            context.load_cert_chain(pki / "admin.crt", pki / "admin.key")
            with httpx.Client(verify=context, timeout=ANSWER_SECONDS, trust_env=False) as client:
                answer = client.get(f"{self.layout.server}{path}")
        except (httpx.HTTPError, OSError):
            return None
        if answer.status_code != httpx.codes.OK:
            return None
        return answer.json() if "json" in answer.headers.get("content-type", "") else answer.text

    def ready(self) -> bool:
        """Return whether the API server is ready."""
        return self.get("/readyz") == "ok"

    def node_there(self) -> bool:
        """Return whether the node is registered."""
        return self.get(f"/api/v1/nodes/{self.layout.node}") is not None

    def node_ready(self) -> bool:
        """Return whether pods can run on the node."""
        node = self.get(f"/api/v1/nodes/{self.layout.node}") or {}
        conditions = node.get("status", {}).get("conditions", [])
        return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)

    def addon_ready(self, name: str) -> bool:
        """Return whether a deployment of ours has a ready pod."""
        deployment = self.get(f"/apis/apps/v1/namespaces/kube-system/deployments/{name}") or {}
        return bool(deployment.get("status", {}).get("readyReplicas"))

    def default_account(self) -> bool:
        """Return whether pods are admitted to the default namespace (they are refused before its account exists)."""
        return self.get("/api/v1/namespaces/default/serviceaccounts/default") is not None


def wait(condition: Callable[[], bool], seconds: float, *, still_worth: Callable[[], None]) -> bool:
    """Wait until `condition`; `still_worth` raises when waiting has no sense any more. False after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        still_worth()
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True
