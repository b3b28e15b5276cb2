"""What Amazon Managed Service for Prometheus would refuse of a rule file, found before anything is deployed."""

import re
from collections.abc import Iterator
from typing import Any

from config.services.managed_quotas import Quotas

# "Create a rules file" (user guide) documents these; a newer Prometheus knows more (limit, query_offset, labels of a
# group …), Thanos again others.
_FILE_FIELDS = ("name", "interval", "rules")
_RECORDING_FIELDS = ("record", "expr", "labels")
_ALERT_FIELDS = ("alert", "expr", "for", "keep_firing_for", "labels", "annotations")
_METRIC_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_LABEL_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_DURATION = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?")
_UNIT_S = (86400, 3600, 60, 1, 0.001)


def faults_of(pack: str, groups: list[dict[str, Any]], quotas: Quotas) -> Iterator[str]:
    """Yield every error in a pack's groups, one line each: pack, group, rule and field."""
    for group in groups:
        where = f"pack {pack}, group {group.get('name')}"
        for field in group:
            if field not in _FILE_FIELDS:
                yield f"{where}: group field {field} is not supported; known: {', '.join(_FILE_FIELDS)}"
        if "interval" in group and not _at_least(group["interval"], quotas.interval_s):
            yield f"{where}: interval must be ≥ {quotas.interval_s}s (got {group['interval']})"
        for rule in group.get("rules", ()):
            yield from _rule(where, rule, quotas)


def _rule(where: str, rule: dict[str, Any], quotas: Quotas) -> Iterator[str]:
    kind, fields = ("alert", _ALERT_FIELDS) if "alert" in rule else ("record", _RECORDING_FIELDS)
    name = str(rule.get(kind))
    where = f"{where}, rule {name[:60]}"
    for field in rule:
        if field not in fields:
            yield f"{where}: field {field} is not supported; known: {', '.join(fields)}"
    if kind == "record" and not _METRIC_NAME.fullmatch(name):
        yield f"{where}: record must be a metric name: letters, digits, _ and :"
    labels = {("alertname" if kind == "alert" else "__name__"): name, **rule.get("labels", {})}
    for label, value in labels.items():
        if not _LABEL_NAME.fullmatch(label):
            yield f"{where}: label {label[:60]} must be a label name: letters, digits and _"
        for what, text, limit in (
            (f"name of label {label[:60]}", label, quotas.label_name_bytes),
            (f"value of label {label[:60]}", str(value), quotas.label_value_bytes),
        ):
            if (length := len(text.encode())) > limit:
                yield f"{where}: the {what} must have ≤ {limit} bytes (got {length})"


def _at_least(interval: object, minimum_s: int) -> bool:
    parts = _DURATION.fullmatch(str(interval))
    if parts is None or not any(parts.groups()):
        return False
    return sum(int(part or 0) * unit for part, unit in zip(parts.groups(), _UNIT_S, strict=True)) >= minimum_s
