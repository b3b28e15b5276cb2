"""NetworkPolicies as the flows that they admit."""

from dataclasses import dataclass

from policies.label_selectors import Selector, selector
from policies.reading import UNKNOWN, Maybe, Record, Unknown, has_unknown, known


@dataclass(frozen=True)
class Peer:
    """Who may be at the other end; `namespaces` None: in the policy's own namespace. `is_address`: a range of those."""

    namespaces: Maybe[Selector]
    pods: Maybe[Selector]
    is_address: bool

    @property
    def is_known(self) -> bool:
        """Whether both selectors are known already."""
        return not isinstance(self.namespaces, Unknown) and not isinstance(self.pods, Unknown)


@dataclass(frozen=True)
class NetworkPolicy:
    """One NetworkPolicy. Each direction is a list of rules, each a list of peers (empty: everybody).

    None for a direction means that the policy says nothing about it.
    """

    pods: Maybe[Selector]
    ingress: tuple[tuple[Peer, ...], ...] | None
    egress: tuple[tuple[Peer, ...], ...] | None

    @property
    def denied(self) -> frozenset[str]:
        """The directions in which it admits nothing, for every pod of its namespace."""
        if not isinstance(self.pods, Selector) or not self.pods.is_empty:
            return frozenset()
        return frozenset(name for name, rules in (("Ingress", self.ingress), ("Egress", self.egress)) if rules == ())


@dataclass(frozen=True)
class Block:
    """A range of addresses, less the ranges that are excepted from it."""

    cidr: str
    excepted: frozenset[str]


@dataclass(frozen=True)
class WayOut:
    """An egress rule to addresses; no `ports` means every port. What of it is not known yet is left out."""

    blocks: tuple[Block, ...]
    ports: frozenset[int]
    ports_known: bool


def ways_out(props: Record) -> tuple[WayOut, ...]:
    """Give the egress rules of a NetworkPolicy that lead to addresses."""
    spec = props.record("spec")
    rules = known(spec.records("egress")) if isinstance(spec, Record) else ()
    found = (_way_out(rule) for rule in rules)
    return tuple(way for way in found if way.blocks)


def _way_out(rule: Record) -> WayOut:
    blocks = [peer.record("ipBlock") for peer in known(rule.records("to"))]
    ports = rule.records("ports")
    numbers = [port.number("port") for port in known(ports)]
    return WayOut(
        blocks=tuple(
            Block(cidr, frozenset(known(block.texts("except"))))
            for block in blocks
            if isinstance(block, Record) and isinstance(cidr := block.text("cidr"), str)
        ),
        ports=frozenset(int(number) for number in numbers if isinstance(number, float)),
        ports_known=not has_unknown(ports) and all(isinstance(number, float) for number in numbers),
    )


def network_policy(props: Record) -> NetworkPolicy:
    """View a NetworkPolicy."""
    spec = props.record("spec")
    if not isinstance(spec, Record):
        return NetworkPolicy(UNKNOWN, None, None)
    types = spec.texts("policyTypes")
    # Nothing said means Ingress, and Egress where there are rules for it.
    named = known(types) or ("Ingress", *(["Egress"] if spec.has("egress") else []))
    return NetworkPolicy(
        pods=selector(spec.record("podSelector")) or Selector(()),
        ingress=_rules(spec, "ingress", "from") if "Ingress" in named else None,
        egress=_rules(spec, "egress", "to") if "Egress" in named else None,
    )


def _rules(spec: Record, direction: str, peers: str) -> tuple[tuple[Peer, ...], ...]:
    rules = spec.records(direction)
    if isinstance(rules, Unknown):
        return ((Peer(UNKNOWN, UNKNOWN, is_address=False),),)
    return tuple(_peers(rule, peers) for rule in rules)


def _peers(rule: Record | Unknown, key: str) -> tuple[Peer, ...]:
    found = rule if isinstance(rule, Unknown) else rule.records(key)
    if isinstance(found, Unknown):
        return (Peer(UNKNOWN, UNKNOWN, is_address=False),)
    return tuple(
        Peer(UNKNOWN, UNKNOWN, is_address=False)
        if isinstance(peer, Unknown)
        else Peer(
            selector(peer.record("namespaceSelector")),
            selector(peer.record("podSelector")),
            is_address=peer.has("ipBlock"),
        )
        for peer in found
    )
