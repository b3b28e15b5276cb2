"""Names, labels and selectors of everything that a stack has on a cluster."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from components.roles import CONTROL_PLANE

NAME, INSTANCE, COMPONENT = "app.kubernetes.io/name", "app.kubernetes.io/instance", "app.kubernetes.io/component"
ZONE = "planewatch.dev/zone"
DNS_NAMESPACE, DNS_LABELS = "kube-system", {"k8s-app": "kube-dns"}
NAMESPACE_LABEL = "kubernetes.io/metadata.name"


@dataclass(frozen=True, kw_only=True)
class Naming:
    """Names of one stack's objects; ``labels`` and ``annotations`` come from the stack for every object.

    ``control`` is the zone of the control plane.
    """

    stack: str
    release: str
    control: str = CONTROL_PLANE
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)

    @property
    def instance(self) -> str:
        """The label value that distinguishes a stack's objects from another stack's."""
        return f"planewatch-{self.stack}"

    def namespace(self, zone: str) -> str:
        """Return the namespace of a zone."""
        return f"planewatch-{self.stack}-{zone}"

    def host(self, role: str, zone: str) -> str:
        """Return the host name of a service for callers in any namespace; the cluster's domain is not needed."""
        return f"{role}.{self.namespace(zone)}.svc"

    def selector(self, name: str) -> dict[str, str]:
        """Return the labels that select a controller's pods; they never hold a release, which would orphan pods."""
        return {NAME: name, INSTANCE: self.instance}

    def members(self, role: str) -> dict[str, str]:
        """Return the labels that select everything that runs for a role: its flows are those of each revision."""
        return {COMPONENT: role, INSTANCE: self.instance}

    def zone_labels(self, zone: str) -> dict[str, str]:
        """Return the labels of everything in a zone."""
        return {
            **self.labels,
            "app.kubernetes.io/part-of": "planewatch",
            "app.kubernetes.io/managed-by": "pulumi",
            INSTANCE: self.instance,
            ZONE: zone,
        }

    def role_labels(self, role: str, zone: str, name: str | None = None) -> dict[str, str]:
        """Return the labels of a workload's objects; ``name`` is that of a revision's controller."""
        return {
            **self.zone_labels(zone),
            **self.selector(name or role),
            COMPONENT: role,
            "app.kubernetes.io/version": _label(self.release),
        }


def headless(role: str) -> str:
    """Return the name of the Service that gives each replica a name."""
    return f"{role}-headless"


def _label(value: str) -> str:
    # A label value cannot hold the build metadata of a release ("+…").
    return value.replace("+", "_")
