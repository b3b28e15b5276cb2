"""The stack's own certificate as a resource: kept in the state with its keys as secrets, renewed before it expires.

The provider is Python of this project that the SDK's own plugin (``pulumi-resource-pulumi-python``) runs. The state
names its class and holds no code, so a new release of planewatch brings its own.
"""

from datetime import UTC, datetime
from typing import Any

import pulumi
from pulumi import dynamic

from infra.platforms.kubernetes.selfsigned import Pair, is_due, make_authority, make_certificate, outlives

_SECRETS = ["authority_key", "key"]


class Issuer(dynamic.ResourceProvider):
    """Create, compare and renew the resource for the engine."""

    # It captures nothing; marked as a secret, the state would only hide that.
    serialize_as_secret_always = False

    def create(self, props: dict[str, Any]) -> dynamic.CreateResult:
        """Create an authority and a certificate for the domain."""
        now = datetime.now(UTC)
        return dynamic.CreateResult(props["domain"], _outputs(props["domain"], _authority(props["domain"], now), now))

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> dynamic.DiffResult:
        """Report a change when the domain differs or the certificate expires soon."""
        current = Pair(certificate=_olds["certificate"], key=_olds["key"])
        return dynamic.DiffResult(
            changes=_olds["domain"] != _news["domain"] or is_due(current, datetime.now(UTC)),
            delete_before_replace=False,
        )

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> dynamic.UpdateResult:
        """Create a new certificate, signed by the same authority while that outlives it: clients already trust it."""
        now = datetime.now(UTC)
        authority = Pair(certificate=_olds["authority"], key=_olds["authority_key"])
        if not outlives(authority, now):
            authority = _authority(_news["domain"], now)
        return dynamic.UpdateResult(_outputs(_news["domain"], authority, now))


class Authority(dynamic.Resource, module="planewatch", name="Authority"):
    """``certificate`` for all hosts right below ``domain`` with its ``key``, and the ``authority`` to trust; PEM."""

    authority: pulumi.Output[str]
    certificate: pulumi.Output[str]
    key: pulumi.Output[str]

    def __init__(self, name: str, domain: str, *, opts: pulumi.ResourceOptions | None = None) -> None:
        outputs = {"authority": None, "authority_key": None, "certificate": None, "key": None}
        kept = pulumi.ResourceOptions(additional_secret_outputs=_SECRETS)
        super().__init__(Issuer(), name, {"domain": domain, **outputs}, pulumi.ResourceOptions.merge(opts, kept))


def _authority(domain: str, now: datetime) -> Pair:
    return make_authority(f"planewatch {domain}"[:64], now)


def _outputs(domain: str, authority: Pair, now: datetime) -> dict[str, Any]:
    made = make_certificate(domain, authority, now)
    return {
        "domain": domain,
        "authority": authority.certificate,
        "authority_key": authority.key,
        "certificate": made.certificate,
        "key": made.key,
    }
