"""The settings of the stack that the pack needs.

The language host passes the stack's configuration to the pack in PULUMI_CONFIG; `pulumi.Config` reads it from there.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
from pulumi_policy import EnforcementLevel

LOOPBACK = "127.0.0.1"
INTERNET = ""
"""In place of a network: every address but those of private networks."""

Declared = frozenset[tuple[str, int]]
"""Networks, each with a port, that a workload connects to outside the stack."""

_LEVELS = {"advisory": EnforcementLevel.ADVISORY, "mandatory": EnforcementLevel.MANDATORY}


@dataclass(frozen=True)
class StackConfig:
    """The settings of a stack that policies depend on."""

    bind_address: str = LOOPBACK
    """The host address that published ports may bind besides the loopback ones."""
    console_is_answered_for: bool = False
    """Whether the stack names what authenticates people in front of the console, or says that nothing does."""
    deletable: bool = False
    """Whether what holds data on AWS may be deleted with the stack."""
    egress: Mapping[tuple[str, str], Declared] = field(default_factory=dict)
    """What each workload (plane, role) of the stack file declares; the stack's own parts are not among them."""


def enforcement_level() -> EnforcementLevel:
    """Level of every policy of the pack, from `planewatch:policies`; mandatory by default.

    Raises:
        SystemExit: the key holds anything but "advisory" or "mandatory": a typo must not loosen the pack.

    """
    wanted = pulumi.Config("planewatch").get("policies")
    if wanted is None:
        return EnforcementLevel.MANDATORY
    level = _LEVELS.get(wanted)
    if level is None:
        raise SystemExit(f"planewatch:policies must be advisory or mandatory (got {wanted})")
    return level


def stack_config() -> StackConfig:
    """Read the settings; the loader of the program refuses bad ones, so a bad one here means the default."""
    address, protection = _setting("docker", "bindAddress"), _setting("aws", "protection")
    console = _setting("controlPlane", "console")
    said = console if isinstance(console, dict) else {}
    return StackConfig(
        bind_address=address if isinstance(address, str) and address else LOOPBACK,
        console_is_answered_for=bool(said.get("authentication")) or said.get("unauthenticated") is True,
        deletable=protection == "deletable",
        egress={
            (plane, role): frozenset(_declared(workload))
            for plane, said in _members(_part("dataPlanes"))
            for role, workload in _members(said.get("workloads", {"api": {}}))
        },
    )


def _declared(workload: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    for each in workload.get("egress", ()):
        for cidr in each.get("cidrs") or (INTERNET,):
            yield from ((cidr, port) for port in each.get("ports", (443,)))


def _members(found: object) -> list[tuple[str, Mapping[str, Any]]]:
    return [(name, said or {}) for name, said in found.items()] if isinstance(found, dict) else []


def _setting(part: str, key: str) -> object:
    return _part(part).get(key)


def _part(name: str) -> dict[str, Any]:
    text = pulumi.Config("planewatch").get(name)
    try:
        found: Any = json.loads(text) if text else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
