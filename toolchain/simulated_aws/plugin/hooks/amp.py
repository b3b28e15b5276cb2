"""Managed Prometheus: documents and their limits."""

import re
from typing import TYPE_CHECKING

from toolchain.simulated_aws.account import documents
from toolchain.simulated_aws.plugin.hooks.checks import Checking

if TYPE_CHECKING:
    from toolchain.simulated_aws.plugin.connection import Connection


def check_rules(checking: Checking) -> None:
    """Check: rule groups parse and keep the service's limits."""
    given = checking.text("data")
    if given:
        for fault in documents.rule_faults(given):
            checking.refuse("data", fault)


def check_alert_manager(checking: Checking) -> None:
    """Check: an alert manager definition parses and keeps the service's limits."""
    given = checking.text("definition")
    if given:
        for fault in documents.alert_manager_faults(given):
            checking.refuse("definition", fault)


def check_scraper(checking: Checking) -> None:
    """Check: a scrape configuration parses."""
    given = checking.text("scrapeConfiguration")
    if given:
        for fault in documents.scrape_faults(given):
            checking.refuse("scrapeConfiguration", fault)


def workspace_scope(values: dict[str, object], connection: "Connection") -> None:
    """Say whether a workspace's logging is made or changed."""
    del connection
    wanted, old = values.get("loggingConfiguration"), values.get("old_loggingConfiguration")
    if isinstance(wanted, dict):
        values["log_group_arn"] = wanted.get("logGroupArn")
    values["logging_operation"] = "update_logging_configuration" if old else "create_logging_configuration"


def rules_scope(values: dict[str, object], connection: "Connection") -> None:
    """Take a namespace's ARN apart: it ends with the workspace's id and the name."""
    del connection
    found = re.fullmatch(r"arn:[^:]+:aps:[^:]*:[^:]*:rulegroupsnamespace/([^/]+)/(.+)", str(values.get("id", "")))
    if found:
        values |= {"rules_workspace": found[1], "rules_name": found[2]}
        values.setdefault("workspaceId", found[1])
