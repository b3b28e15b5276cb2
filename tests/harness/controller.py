"""A real ingress controller in a namespace of its own, and a client that reaches hosts behind it over verified TLS."""

import os
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from string import Template

import httpx

from tests.harness.kubernetes import forwarded
from tests.harness.pulumi import stack_name
from tests.servers import traefik
from toolchain.cluster import Cluster
from toolchain.obtain.cache import Cache

MANIFEST = Path(__file__).with_name("controller.yaml")
# Traefik's own entry point; a Gateway's listener must name its port.
LISTENER = 8443
_READY_S = 120


@dataclass(frozen=True, kw_only=True)
class Controller:
    """``name`` is its namespace, its IngressClass and its GatewayClass."""

    cluster: Cluster
    name: str

    @contextmanager
    def client(self, authority: str) -> Iterator["EdgeClient"]:
        """Open a way to its TLS port; certificates are verified against ``authority`` (PEM) alone."""
        with forwarded(self.cluster, self.name, "traefik", 443) as port:
            trusted = ssl.create_default_context(cadata=authority)
            with httpx.Client(
                verify=trusted, trust_env=False, timeout=30, base_url=f"https://127.0.0.1:{port}"
            ) as http:
                yield EdgeClient(http=http)

    @contextmanager
    def unencrypted(self) -> Iterator[httpx.Client]:
        """Open a way to its port without TLS."""
        with (
            forwarded(self.cluster, self.name, "traefik", 80) as port,
            httpx.Client(trust_env=False, timeout=30, base_url=f"http://127.0.0.1:{port}") as http,
        ):
            yield http


@dataclass(frozen=True, kw_only=True)
class EdgeClient:
    """Asks for hosts that no name server knows."""

    http: httpx.Client

    def get(self, url: str) -> httpx.Response:
        """GET an ``https://`` URL; the certificate must be for its host."""
        return self._ask("GET", url)

    def post(self, url: str, body: object, *, token: str | None = None) -> httpx.Response:
        """POST JSON, with a bearer token if one is given."""
        return self._ask("POST", url, body, {} if token is None else {"Authorization": f"Bearer {token}"})

    def _ask(self, method: str, url: str, body: object = None, headers: dict[str, str] | None = None) -> httpx.Response:
        wanted = httpx.URL(url)
        assert wanted.scheme == "https", url
        return self.http.request(
            method,
            wanted.raw_path.decode(),
            json=body,
            headers={"Host": wanted.host, **(headers or {})},
            extensions={"sni_hostname": wanted.host},
        )


@contextmanager
def ingress_controller(cluster: Cluster) -> Iterator[Controller]:
    """Run Traefik for Ingress and Gateway API; at the end nothing of it is left, nor definitions that it brought."""
    cache = Cache.of(os.environ)
    image = traefik.load(cache, cluster)
    made = Controller(cluster=cluster, name=stack_name("edge-traefik"))
    definitions = [f"--filename={path}" for path in traefik.gateway_definitions(cache)]
    brought = "not found" in kubectl(cluster, "get", "crd", "gateways.gateway.networking.k8s.io", check=False).lower()
    manifest = Template(MANIFEST.read_text()).substitute(name=made.name, image=image)
    try:
        if brought:
            kubectl(cluster, "apply", "--server-side", *definitions)
            kubectl(cluster, "wait", "--for=condition=Established", *definitions)
        kubectl(cluster, "apply", "--server-side", "--filename=-", given=manifest)
        kubectl(
            cluster, f"--namespace={made.name}", "rollout", "status", "deployment/traefik", f"--timeout={_READY_S}s"
        )
        yield made
    finally:
        kubectl(cluster, "delete", "--ignore-not-found", "--filename=-", given=manifest, check=False)
        if brought:
            kubectl(cluster, "delete", "--ignore-not-found", *definitions, check=False)


def kubectl(cluster: Cluster, *arguments: str, given: str | None = None, check: bool = True) -> str:
    """Run kubectl, with ``given`` on its standard input; returns all that it says."""
    where = (f"--kubeconfig={cluster.kubeconfig}", f"--context={cluster.context}")
    done = subprocess.run(
        [cluster.kubectl, *where, *arguments], input=given, capture_output=True, text=True, timeout=300, check=False
    )
    assert not check or done.returncode == 0, f"{arguments}: {done.stderr}"
    return done.stdout + done.stderr
