"""Who a resource says it is: the labels of its stack, plane and role, and the names that follow from them."""

from dataclasses import dataclass

from policies.docker_views import labels
from policies.reading import Record, Unknown

CONTROL = "control"
CONSOLE = "console"
PROMETHEUS = "prometheus"
SCRAPE_SUFFIX = "-scrape"

LABEL_STACK = "planewatch.stack"
LABEL_PLANE = "planewatch.data_plane_id"
LABEL_ROLE = "planewatch.role"

INSTANCE_LABEL = "app.kubernetes.io/instance"
PART_LABEL = "app.kubernetes.io/part-of"
# A role's pods bear both; those of a revision are called otherwise, and the component is the role.
ROLE_LABELS = ("app.kubernetes.io/component", "app.kubernetes.io/name")
ZONE_LABEL = "planewatch.dev/zone"


@dataclass(frozen=True)
class Identity:
    """Where a resource says it belongs; an absent label is the empty string."""

    stack: str
    plane: str
    role: str

    @property
    def is_scraper(self) -> bool:
        """Whether it is the one service that may be in two zones: the control zone's Prometheus."""
        return self.plane == CONTROL and self.role == PROMETHEUS

    @property
    def zone(self) -> str:
        """The name of the zone's own network, with which all names in the zone begin."""
        return f"planewatch-{self.stack}-{self.plane}"

    @property
    def missing(self) -> tuple[str, ...]:
        """The labels that are absent or empty."""
        values = {LABEL_STACK: self.stack, LABEL_PLANE: self.plane, LABEL_ROLE: self.role}
        return tuple(label for label, value in values.items() if not value)


def identity_of(bag: Record) -> Identity | None:
    """Read the identity of a container or network; None when its labels are not known yet."""
    found = labels(bag)
    if isinstance(found, Unknown):
        return None
    return Identity(found.get(LABEL_STACK, ""), found.get(LABEL_PLANE, ""), found.get(LABEL_ROLE, ""))


def stack_of(urn: str) -> str:
    """Name the stack of a resource: urn:pulumi:<stack>::<project>::<type>::<name>."""
    return urn.split(":")[2]
