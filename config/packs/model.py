"""The types that packs are made of, and their rendering as Prometheus rule files."""

from dataclasses import dataclass
from typing import Literal

from config.text import seconds, to_yaml

# Whose an alert is, for its summary. A label that a rule's expression has lost must not leave a gap in the sentence.
PLANE_NAME = '{{ or $labels.data_plane_id "(unnamed)" }}{{ with $labels.environment }} ({{ . }}){{ end }}'
Severity = Literal["critical", "warning"]
MetricKind = Literal["counter", "gauge", "histogram"]


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A metric family as it is stored. ``labels`` are those beside the identity of plane and process."""

    name: str
    kind: MetricKind
    unit: str
    description: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RecordingRule:
    """A stored query; ``record`` is ``level:metric:operations``. ``labels`` are put on every series of it."""

    record: str
    expr: str
    labels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class AlertRule:
    """A condition that someone must know of. ``hold_s``: seconds it must last; ``labels`` come beside severity."""

    alert: str
    expr: str
    hold_s: int
    severity: Severity
    summary: str
    description: str
    labels: tuple[tuple[str, str], ...] = ()

    @property
    def runbook(self) -> str:
        """Path of the runbook from the root of the repository."""
        return f"docs/runbooks/{self.alert}.md"


@dataclass(frozen=True, kw_only=True)
class RuleGroup:
    """Rules that are evaluated one after the other: a rule may use what those before it recorded."""

    name: str
    rules: tuple[RecordingRule | AlertRule, ...]


@dataclass(frozen=True, kw_only=True)
class Pack:
    """Metrics, recording rules and alerts on one subject; ``name`` is a file name."""

    name: str
    metrics: tuple[Metric, ...] = ()
    groups: tuple[RuleGroup, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RuleFile:
    """A Prometheus rule file: its base name and its YAML text."""

    name: str
    text: str


def render_rules(packs: tuple[Pack, ...]) -> tuple[RuleFile, ...]:
    """Return one rule file per pack that has rules, ordered by name; raises ValueError for duplicate names."""
    names = [pack.name for pack in packs]
    groups = [group.name for pack in packs for group in pack.groups]
    for what, values in (("pack", names), ("rule group", groups)):
        twice = sorted({value for value in values if values.count(value) > 1})
        if twice:
            raise ValueError(f"duplicate {what}: {', '.join(twice)}")
    return tuple(
        RuleFile(name=f"{pack.name}.rules.yaml", text=to_yaml({"groups": [_group(group) for group in pack.groups]}))
        for pack in sorted(packs, key=lambda pack: pack.name)
        if pack.groups
    )


def _group(group: RuleGroup) -> dict[str, object]:
    return {"name": group.name, "rules": [_rule(rule) for rule in group.rules]}


def _rule(rule: RecordingRule | AlertRule) -> dict[str, object]:
    if isinstance(rule, RecordingRule):
        return {"record": rule.record, "expr": rule.expr, **({"labels": dict(rule.labels)} if rule.labels else {})}
    return {
        "alert": rule.alert,
        "expr": rule.expr,
        "for": seconds(rule.hold_s),
        "labels": {"severity": rule.severity, **dict(rule.labels)},
        "annotations": {"summary": rule.summary, "description": rule.description, "runbook": rule.runbook},
    }
