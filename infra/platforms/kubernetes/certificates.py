"""Where the edge's TLS comes from: cert-manager, an existing Secret, or the stack's own authority."""

from collections.abc import Mapping
from typing import Protocol, assert_never

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.core.v1 import Secret
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs

from infra.platforms.kubernetes.args import EdgeArgs
from infra.platforms.kubernetes.authority import Authority
from infra.platforms.kubernetes.naming import Naming

_SHARED = "edge-tls"
_KEYS = ("tls.crt", "tls.key", "ca.crt")


class Certificates(Protocol):
    """Provides certificates to an edge, as Secrets in the zones' namespaces."""

    def provide(self, name: str, host: str, zone: str, *, options: pulumi.ResourceOptions) -> str:
        """Return the name of the Secret for ``host`` (``*.…``: every host there) in the zone; ``name`` is who asks."""


def choose(args: EdgeArgs, naming: Naming, *, options: pulumi.ResourceOptions) -> Certificates:
    """Return the provider of certificates that the edge is to have; ``options`` reach the cluster."""
    match args.certificate:
        case "cert-manager":
            return _Issued(args.issuer or "", naming)
        case "secret":
            # Read at each update and kept as a secret by its type.
            given = Secret.get("edge-given", f"{args.secret_namespace}/{args.secret_name}", opts=options)
            return _Shared(given.data.apply(_checked), naming)
        case "self-signed":
            made = Authority("edge-authority", args.domain)
            texts = pulumi.Output.all(made.certificate, made.key, made.authority)
            return _Shared(texts.apply(lambda found: dict(zip(_KEYS, found, strict=True))), naming, plain=True)
        case other:
            assert_never(other)


class _Issued:
    """cert-manager: a Certificate for each host, which fails at once on a cluster without cert-manager.

    An annotation for its ingress shim would be taken silently there, and the controller's own certificate shown.
    """

    def __init__(self, issuer: str, naming: Naming) -> None:
        self._issuer, self._naming = issuer, naming

    def provide(self, name: str, host: str, zone: str, *, options: pulumi.ResourceOptions) -> str:
        """Request a certificate, which cert-manager puts into a Secret of its own."""
        secret = f"{name}-tls"
        CustomResource(
            f"{zone}-{name}-certificate",
            api_version="cert-manager.io/v1",
            kind="Certificate",
            metadata=_metadata(secret, zone, self._naming),
            spec={
                "secretName": secret,
                "dnsNames": [host],
                "issuerRef": {"group": "cert-manager.io", "kind": "ClusterIssuer", "name": self._issuer},
                "privateKey": {"algorithm": "ECDSA", "size": 256, "rotationPolicy": "Always"},
            },
            opts=options,
        )
        return secret


class _Shared:
    """One certificate for all hosts: a copy in each zone, because an Ingress reads its own namespace only."""

    def __init__(self, content: pulumi.Output[dict[str, str]], naming: Naming, *, plain: bool = False) -> None:
        self._content, self._naming, self._plain = content, naming, plain
        self._zones: set[str] = set()

    def provide(self, name: str, host: str, zone: str, *, options: pulumi.ResourceOptions) -> str:
        """Create the zone's copy, once; it is valid for every host."""
        del name, host
        if zone not in self._zones:
            self._zones.add(zone)
            Secret(
                f"{zone}-{_SHARED}",
                metadata=_metadata(_SHARED, zone, self._naming),
                type="kubernetes.io/tls",
                string_data=self._content if self._plain else None,
                data=None if self._plain else self._content,
                opts=options,
            )
        return _SHARED


def _metadata(name: str, zone: str, naming: Naming) -> ObjectMetaArgs:
    return ObjectMetaArgs(
        name=name,
        namespace=naming.namespace(zone),
        labels=naming.zone_labels(zone),
        annotations=dict(naming.annotations),
    )


def _checked(data: Mapping[str, str] | None) -> dict[str, str]:
    found = {key: value for key, value in (data or {}).items() if key in _KEYS}
    if missing := {"tls.crt", "tls.key"} - found.keys():
        raise pulumi.RunError(f"planewatch:kubernetes.ingress: the Secret has no {' and no '.join(sorted(missing))}")
    return found
