"""NetworkPolicies as the flows that they admit."""

from dataclasses import dataclass

from policies.label_selectors import Selector, selector
from policies.reading import UNKNOWN, Maybe, Record, Unknown, known


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
