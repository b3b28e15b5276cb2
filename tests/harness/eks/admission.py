"""What EKS adds to pods whose service account has a role: the webhook of EKS Pod Identity.

It runs on this machine; the API server asks it over TLS about every new pod of the stack's namespaces.
"""

import base64
import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.harness.controller import kubectl
from tests.harness.eks.node import POD_IDENTITY
from tests.harness.managed_prometheus.pod_identity import PATH as CREDENTIALS_PATH
from tests.harness.managed_prometheus.pod_identity import ServiceAccount
from tests.harness.managed_prometheus.serving import Tls, serving
from toolchain.cluster import Cluster

AUDIENCE = "pods.eks.amazonaws.com"
_PATH = "/mutate"
_VOLUME = "eks-pod-identity-token"
_FOLDER = f"/var/run/secrets/{AUDIENCE}/serviceaccount"
_LIFETIME_S = 86_400
Document = dict[str, Any]


@contextmanager
def pod_identity_webhook(
    cluster: Cluster,
    namespaces: tuple[str, ...],
    *,
    address: str,
    folder: Path,
    has_role: Callable[[ServiceAccount], bool],
) -> Iterator[None]:
    """Have every new pod in ``namespaces`` completed; the webhook listens at ``address``, its files in ``folder``."""
    tls = _certificate(folder, address)
    name = f"pod-identity.{namespaces[0]}"
    app = Starlette(routes=[Route(_PATH, _endpoint(has_role), methods=["POST"])])
    with serving(app, address, tls=tls) as url:
        authority = base64.b64encode(tls.certificate.read_bytes()).decode()
        try:
            kubectl(cluster, "create", "--filename=-", given=_configuration(name, namespaces, url, authority))
            yield
        finally:
            kubectl(cluster, "delete", "--ignore-not-found", "mutatingwebhookconfiguration", name, check=False)


def _certificate(folder: Path, address: str) -> Tls:
    """Make a certificate for ``address`` that is its own authority."""
    made = Tls(certificate=folder / "webhook.crt", key=folder / "webhook.key")
    kind = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-days", "2")
    about = ("-subj", "/CN=pod-identity-webhook", "-addext", f"subjectAltName=IP:{address}")
    files = ("-keyout", str(made.key), "-out", str(made.certificate))
    done = subprocess.run(
        ["openssl", "req", "-x509", *kind, *about, *files], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return made


def _configuration(name: str, namespaces: tuple[str, ...], url: str, authority: str) -> str:
    pods = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}
    selector = {"key": "kubernetes.io/metadata.name", "operator": "In", "values": list(namespaces)}
    webhook = {
        "name": f"{name}.planewatch.dev",
        "clientConfig": {"url": f"{url}{_PATH}", "caBundle": authority},
        "rules": [pods],
        "namespaceSelector": {"matchExpressions": [selector]},
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
        "failurePolicy": "Fail",
    }
    return json.dumps(
        {
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "MutatingWebhookConfiguration",
            "metadata": {"name": name},
            "webhooks": [webhook],
        }
    )


def _endpoint(has_role: Callable[[ServiceAccount], bool]) -> Callable[[Request], Any]:
    async def answer(request: Request) -> Response:
        asked = (await request.json())["request"]
        pod = asked["object"]
        account = ServiceAccount(namespace=asked["namespace"], name=pod["spec"].get("serviceAccountName", "default"))
        said: Document = {"uid": asked["uid"], "allowed": True}
        if has_role(account):
            patch = json.dumps(completed(pod["spec"])).encode()
            said |= {"patchType": "JSONPatch", "patch": base64.b64encode(patch).decode()}
        return JSONResponse({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": said})

    return answer


def completed(spec: Document) -> list[Document]:
    """Return the patch that gives a pod a token for the credentials' endpoint, and its SDKs the way there."""
    token = {"audience": AUDIENCE, "expirationSeconds": _LIFETIME_S, "path": _VOLUME}
    volume = {"name": _VOLUME, "projected": {"sources": [{"serviceAccountToken": token}]}}
    variables = [
        {"name": "AWS_CONTAINER_CREDENTIALS_FULL_URI", "value": f"http://{POD_IDENTITY}{CREDENTIALS_PATH}"},
        {"name": "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "value": f"{_FOLDER}/{_VOLUME}"},
    ]
    mount = {"name": _VOLUME, "mountPath": _FOLDER, "readOnly": True}
    containers = [
        {
            **container,
            "env": [*container.get("env", []), *variables],
            "volumeMounts": [*container.get("volumeMounts", []), mount],
        }
        for container in spec["containers"]
    ]
    return [
        {"op": "add", "path": "/spec/volumes", "value": [*spec.get("volumes", []), volume]},
        {"op": "add", "path": "/spec/containers", "value": containers},
    ]
