"""Limits of Amazon Managed Service for Prometheus, as AWS publishes them.

Sources, read 2026-11: "Amazon Managed Service for Prometheus service quotas" (user guide; in Service Quotas under
``aps``: L-3D15CDB4 rules per workspace, L-8DEDEE8E rule evaluation interval, L-C62641E3 and L-3316EF76 sizes of the
definition files, L-E3E60B3E nodes in the routing tree, L-46D5E194 inhibition rules), and the API reference of
``CreateRuleGroupsNamespace`` (name, combined length of names). Until 2023 a rule group took 20 rules and a workspace 10
namespaces; these quotas are no longer published. ``Quotas`` can describe an account that still has them.
Seen in copies of these pages: names, sizes of rules files, routing nodes, inhibition rules, the repeat interval. From
memory: rules per workspace, the evaluation interval, the size of the definition, lengths of labels; ask Service Quotas.
"""

import re
from dataclasses import dataclass

_MEBIBYTE = 1_048_576
# "[0-9A-Za-z][-.0-9A-Z_a-z]*", 1 to 64 characters; newer references say 128: the shorter holds for both.
_NAMESPACE = re.compile(r"[0-9A-Za-z][-.0-9A-Z_a-z]{0,63}")


@dataclass(frozen=True, kw_only=True)
class Quotas:
    """Limits of one workspace: sizes and lengths in bytes of UTF-8, intervals in seconds; None means no limit."""

    rules_per_workspace: int = 2000
    rules_per_group: int | None = None
    namespaces_per_workspace: int | None = None
    namespace_bytes: int = _MEBIBYTE
    # Names of namespace and group together.
    names_bytes: int = 721
    interval_s: int = 30
    label_name_bytes: int = 1024
    label_value_bytes: int = 2048
    definition_bytes: int = _MEBIBYTE
    routing_nodes: int = 100
    inhibition_rules: int = 100
    # The service silently shortens a longer repeat_interval to five days.
    repeat_interval_s: int = 432_000


PUBLISHED = Quotas()


class UnsupportedError(ValueError):
    """The managed service would refuse something; ``faults`` has a line for each reason."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("Amazon Managed Service for Prometheus would refuse:\n" + "\n".join(faults))


def is_namespace(name: str) -> bool:
    """Return whether this is a valid name for a rule groups namespace."""
    return _NAMESPACE.fullmatch(name) is not None
