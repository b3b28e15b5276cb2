"""The zones of a stack as its resources declare them: networks, containers, and who is attached to what.

Stack policies see outputs. A plugin that gives none in a preview leaves a resource without `name`. Such a resource, and
one whose labels are unknown, is not known yet: it is left out, checked once it is known, and nothing is reported as
absent meanwhile. A name that is merely unknown (a carrier's holds the hash of an image that is not there yet) keeps
nothing out.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from pulumi_policy import (
    PolicyResource,
    ReportViolation,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
)

from policies.cluster_views import ClusterCheck, is_on_cluster, report
from policies.docker_views import CONTAINER, NETWORK, container
from policies.identity import SCRAPE_SUFFIX, Identity, identity_of, stack_of
from policies.reading import Maybe, Record, Unknown, has_unknown, known
from policies.resource_policies import message

COLLECTOR = "collector"
API = "api"

# Modes that are no network's name. "default" and "bridge" are the engine's shared bridge.
_SHARED_BRIDGE = ("bridge", "default", "")


@dataclass(frozen=True)
class Network:
    """A Docker network of the stack."""

    resource_name: str
    urn: str
    name: str
    identity: Identity
    internal: Maybe[bool]

    @property
    def is_scrape(self) -> bool:
        """Whether it is a scrape network, by its name and the plane on its label."""
        return self.name == self.identity.zone + SCRAPE_SUFFIX


@dataclass(frozen=True)
class Member:
    """A container of the stack; `networks` are names as attached, `complete` says that none is still unknown."""

    resource_name: str
    urn: str
    name: str | Unknown
    identity: Identity
    never_starts: bool
    networks: tuple[str, ...]
    complete: bool


@dataclass(frozen=True)
class Topology:
    """Everything known about the zones of one stack."""

    stack: str
    networks: tuple[Network, ...]
    members: tuple[Member, ...]
    complete: bool
    """False when some container or attachment is not known yet: nothing may then be reported as absent."""

    @cached_property
    def running(self) -> tuple[Member, ...]:
        """The containers that are started."""
        return tuple(member for member in self.members if not member.never_starts)

    def network(self, name: str) -> Network | None:
        """Find a network of this stack by name."""
        return next((network for network in self.networks if network.name == name), None)

    def attached(self, network: Network) -> tuple[Member, ...]:
        """Find the containers on a network, carriers included."""
        return tuple(member for member in self.members if network.name in member.networks)


Violation = tuple[Network | Member, str]
"""The resource, and what was found."""


def topology(args: StackValidationArgs) -> Topology:
    """Build the view of a stack.

    An attachment by network id is turned into the network's name where the network's outputs tell its id.
    """
    stack = next((stack_of(r.urn) for r in args.resources), "")
    networks: list[Network] = []
    names: dict[str, str] = {}
    complete = True
    for resource in args.resources:
        if resource.resource_type != NETWORK:
            continue
        bag = Record(resource.props)
        name, identity = bag.text("name"), identity_of(bag)
        if not isinstance(name, str) or identity is None:
            complete = False
            continue
        names |= {key: name for key in (bag.text("id"),) if isinstance(key, str)}
        networks.append(Network(resource.name, resource.urn, name, identity, bag.flag("internal")))
    members = [_member(r, names) for r in args.resources if r.resource_type == CONTAINER]
    found = tuple(member for member in members if member is not None)
    complete = complete and len(found) == len(members) and all(member.complete for member in found)
    return Topology(stack, tuple(networks), found, complete)


def stack_policy(
    *,
    name: str,
    description: str,
    remedy: str,
    check: Callable[[Topology], Iterator[Violation]],
    check_cluster: ClusterCheck | None = None,
) -> StackValidationPolicy:
    """Make a policy over the zones of a stack.

    A stack without Docker containers and networks is not applicable, unless it has something on a cluster and
    `check_cluster` checks that.
    """

    def validate(args: StackValidationArgs, report_violation: ReportViolation) -> None:
        if check_cluster and is_on_cluster(args):
            report(args, check_cluster, remedy, report_violation)
        elif not any(r.resource_type in (CONTAINER, NETWORK) for r in args.resources):
            args.not_applicable("the stack has no Docker containers or networks")
        for resource, found in check(topology(args)):
            kind = NETWORK if isinstance(resource, Network) else CONTAINER
            report_violation(message(kind, resource.resource_name, found, remedy), resource.urn)

    return StackValidationPolicy(
        name=name, description=description, validate=validate, severity=Severity.CRITICAL, remediation_steps=remedy
    )


def _member(resource: PolicyResource, names: dict[str, str]) -> Member | None:
    view = container(resource.props)
    identity = identity_of(Record(resource.props))
    if view.name is None or identity is None:
        return None
    attached = [names.get(name, name) for name in known(view.networks)]
    complete = not has_unknown(view.networks) and not isinstance(view.network_mode, Unknown)
    mode = view.network_mode if isinstance(view.network_mode, str) else ""
    if mode in _SHARED_BRIDGE:
        # With attachments the plugin takes the container off the bridge; without, it stays there beside all others.
        attached += [] if attached or not complete else ["bridge"]
    elif mode not in ("none", "host") and not mode.startswith("container:"):
        attached.append(names.get(mode, mode))
    return Member(
        resource_name=resource.name,
        urn=resource.urn,
        name=view.name,
        identity=identity,
        never_starts=view.never_starts,
        networks=tuple(dict.fromkeys(attached)),
        complete=complete,
    )
