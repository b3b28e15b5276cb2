"""Secrets Manager: names, waiting periods, and the ids of versions."""

import re
from typing import TYPE_CHECKING, Any

from toolchain.simulated_aws.plugin.hooks.checks import Checking
from toolchain.standins.servicer.values import Props

if TYPE_CHECKING:
    from toolchain.simulated_aws.plugin.connection import Connection
    from toolchain.simulated_aws.plugin.hooks.resource import Resource

# The published bounds; 0 is the plugin's word for no waiting at all.
_SHORTEST_DAYS, _LONGEST_DAYS = 7, 30
_NAME = re.compile(r"[A-Za-z0-9/_+=.@-]+")
# Other ways to give a value, and labels of one's own: nothing here carries them.
_NOT_CARRIED = ("secretBinary", "secretStringWo", "secretStringWoVersion", "versionStages")


def check_secret(checking: Checking) -> None:
    """Check: a name of the service's characters, and a waiting period that it knows."""
    name = checking.text("name")
    if name and not _NAME.fullmatch(name):
        checking.refuse("name", "has letters, digits and /_+=.@- only")
    days = checking.inputs.get("recoveryWindowInDays")
    if isinstance(days, int) and days != 0 and not _SHORTEST_DAYS <= days <= _LONGEST_DAYS:
        checking.refuse(
            "recoveryWindowInDays", f"must be 0 or between {_SHORTEST_DAYS} and {_LONGEST_DAYS} days (got {days})"
        )


def check_version(checking: Checking) -> None:
    """Check: a value that is text."""
    for name in _NOT_CARRIED:
        if name in checking.inputs:
            checking.refuse(name, "the stand-in aws plugin supports only secretString")
    if "secretString" not in checking.inputs:
        checking.refuse("secretString", "missing; it is required")


def secret_scope(values: dict[str, object], connection: "Connection") -> None:
    """Add the recovery window of a deleted secret: some days, or none."""
    del connection
    days = values.get("recoveryWindowInDays")
    if days == 0:
        values["at_once"] = True
    elif isinstance(days, int):
        values["recovery_days"] = days


def version_scope(values: dict[str, object], connection: "Connection") -> None:
    """Add the parts of a version's id: its secret's ARN and its own id."""
    del connection
    secret, separator, version = str(values.get("id", "")).rpartition("|")
    if separator:
        values |= {"secretId": secret, "versionId": version}


def read_version(found: dict[str, Any], resource: "Resource") -> Props:
    """Return that the value is not write-only."""
    del found, resource
    return {"hasSecretStringWo": False}
