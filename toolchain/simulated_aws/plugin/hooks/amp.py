"""Managed Prometheus: logging, and the parts of a namespace's ARN."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolchain.simulated_aws.plugin.connection import Connection


def workspace_scope(values: dict[str, object], connection: "Connection") -> None:
    """Add whether a workspace's logging is created or updated."""
    del connection
    wanted, old = values.get("loggingConfiguration"), values.get("old_loggingConfiguration")
    if isinstance(wanted, dict):
        values["log_group_arn"] = wanted.get("logGroupArn")
    values["logging_operation"] = "update_logging_configuration" if old else "create_logging_configuration"


def rules_scope(values: dict[str, object], connection: "Connection") -> None:
    """Add the parts of a namespace's ARN, which ends with the workspace's id and the name."""
    del connection
    found = re.fullmatch(r"arn:[^:]+:aps:[^:]*:[^:]*:rulegroupsnamespace/([^/]+)/(.+)", str(values.get("id", "")))
    if found:
        values |= {"rules_workspace": found[1], "rules_name": found[2]}
        values.setdefault("workspaceId", found[1])
