"""The settings of the stack that the pack needs.

The language host passes the stack's configuration to the pack in PULUMI_CONFIG; `pulumi.Config` reads it from there.
"""

import json
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_policy import EnforcementLevel

LOOPBACK = "127.0.0.1"

_LEVELS = {"advisory": EnforcementLevel.ADVISORY, "mandatory": EnforcementLevel.MANDATORY}


@dataclass(frozen=True)
class StackConfig:
    """The settings of a stack that policies depend on."""

    bind_address: str = LOOPBACK
    """The host address that published ports may bind besides the loopback ones."""
    deletable: bool = False
    """Whether what holds data on AWS may be deleted with the stack."""


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
    return StackConfig(
        bind_address=address if isinstance(address, str) and address else LOOPBACK,
        deletable=protection == "deletable",
    )


def _setting(part: str, key: str) -> object:
    text = pulumi.Config("planewatch").get(part)
    try:
        found: Any = json.loads(text) if text else {}
    except ValueError:
        return None
    return found.get(key) if isinstance(found, dict) else None
