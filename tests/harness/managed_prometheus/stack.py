"""A local Managed Prometheus with six workspaces, and roles and service accounts as a stack makes them."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.harness.managed_prometheus.identities import role_arn
from tests.harness.managed_prometheus.local import FORGETFUL, LocalManagedPrometheus, arn, managed_prometheus
from tests.harness.managed_prometheus.pod_identity import ServiceAccount
from tests.harness.managed_prometheus.policies import Policy

SHARED, OWN, SHAPED = "ws-shared", "ws-shop", "ws-shapes"
# Planes that have a workspace each, and their collectors' accounts.
PLANES = {plane: f"ws-{plane}" for plane in ("billing", "orders")}
COLLECTORS = {plane: ServiceAccount(namespace=f"planewatch-prod-{plane}", name="collector") for plane in PLANES}
AGENT = ServiceAccount(namespace="planewatch-prod-control", name="agent")
CONSOLE = ServiceAccount(namespace="planewatch-prod-control", name="console")
COLLECTOR = ServiceAccount(namespace="planewatch-prod-shop", name="collector")
SHAPER = ServiceAccount(namespace="planewatch-prod-shapes", name="collector")
STRANGER = ServiceAccount(namespace="planewatch-prod-qa", name="collector")
READING = (
    "aps:QueryMetrics",
    "aps:GetLabels",
    "aps:GetSeries",
    "aps:GetMetricMetadata",
    "aps:ListRules",
    "aps:ListAlerts",
)
POLICIES = {
    role_arn("agent"): (Policy.allowing(["aps:RemoteWrite"], arn(SHARED), arn(FORGETFUL)),),
    role_arn("console"): (Policy.allowing(READING, *map(arn, (SHARED, OWN, FORGETFUL, *PLANES.values()))),),
    role_arn("shapes"): (Policy.allowing(["aps:RemoteWrite"], arn(SHAPED)),),
    role_arn("shop"): (Policy.allowing(["aps:RemoteWrite"], arn(OWN)),),
    **{role_arn(plane): (Policy.allowing(["aps:RemoteWrite"], arn(own)),) for plane, own in PLANES.items()},
}
ROLES = {
    AGENT: role_arn("agent"),
    CONSOLE: role_arn("console"),
    COLLECTOR: role_arn("shop"),
    SHAPER: role_arn("shapes"),
    **{account: role_arn(plane) for plane, account in COLLECTORS.items()},
}


@dataclass(frozen=True, kw_only=True)
class Aws:
    """The service, and token files of the pods' service accounts."""

    amp: LocalManagedPrometheus
    tokens: dict[ServiceAccount, Path]

    def pod(self, account: ServiceAccount) -> dict[str, str]:
        """Return what a pod of that account has in its environment."""
        return self.amp.pod(self.tokens[account])


@contextmanager
def local_aws(folder: Path, program: str) -> Iterator[Aws]:
    """Run it with its data in ``folder``; ``program`` is the path of Prometheus."""
    tokens, owners = {}, {}
    for account in (AGENT, CONSOLE, COLLECTOR, SHAPER, *COLLECTORS.values(), STRANGER):
        token = secrets.token_urlsafe(32)
        file = folder / f"{account.namespace}-{account.name}.token"
        file.write_text(token)
        tokens[account], owners[token] = file, account
    with managed_prometheus(
        folder,
        program,
        (SHARED, OWN, FORGETFUL, SHAPED, *PLANES.values()),
        policies_of=lambda role: POLICIES.get(role, ()),
        account_of=owners.get,
        role_of=ROLES.get,
    ) as amp:
        yield Aws(amp=amp, tokens=tokens)
