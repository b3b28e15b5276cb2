"""Rules of a plane with a store of its own: the packs', under the plane's identity, and what a scrape would report.

Nothing there is written by who scrapes, so ``up`` is recorded: it is 1 while the collector tells of itself.
"""

from dataclasses import dataclass
from typing import Any

import yaml

from config.packs.http import FLEET
from config.packs.model import Pack, RecordingRule, RuleFile, RuleGroup, render_rules
from config.services.scraping import APPLICATION_JOB, TELEMETRY_JOB
from config.text import seconds, to_yaml

# Any of the collector's own metrics would do; this one it has from its start.
_HEARTBEAT = "otelcol_process_uptime_seconds_total"
# A late or lost sample is not the end of a series: look back as far as rates do.
_HEARTBEATS = 4
Rule = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class PlaneIdentity:
    """Whose store it is."""

    environment: str
    data_plane_id: str

    @property
    def labels(self) -> dict[str, str]:
        """The labels by which everything of the plane is known."""
        return {"environment": self.environment, "data_plane_id": self.data_plane_id}


def of_plane(files: tuple[RuleFile, ...], plane: PlaneIdentity, interval_s: int) -> tuple[RuleFile, ...]:
    """Return ``files`` for the store of one plane, whose collector reports every ``interval_s`` seconds.

    What is recorded of the whole fleet is left out: of one plane it would be that plane's, under a wrong name. All else
    carries the plane's labels, whatever the samples claim that a rule found.
    """
    kept = [RuleFile(name=file.name, text=text) for file in files if (text := _of_plane(file.text, plane))]
    return (*kept, *render_rules((_presence(plane, interval_s),)))


def _of_plane(text: str, plane: PlaneIdentity) -> str | None:
    groups = [
        {**group, "rules": rules}
        for group in yaml.safe_load(text)["groups"]
        if (rules := [_stamped(rule, plane) for rule in group["rules"] if not _is_of_fleet(rule)])
    ]
    return to_yaml({"groups": groups}) if groups else None


def _is_of_fleet(rule: Rule) -> bool:
    return str(rule.get("record", "")).startswith(f"{FLEET}:")


def _stamped(rule: Rule, plane: PlaneIdentity) -> Rule:
    return {**rule, "labels": {**rule.get("labels", {}), **plane.labels}}


def _presence(plane: PlaneIdentity, interval_s: int) -> Pack:
    told = f'count_over_time({_HEARTBEAT}{{job="{TELEMETRY_JOB}"}}[{seconds(_HEARTBEATS * interval_s)}])'
    # Also when nothing was ever written: a collector that may not write is as good as none.
    expr = f"count({told}) > bool 0 or vector(0)"
    rules = tuple(
        RecordingRule(record="up", expr=expr, labels=(("job", job), *plane.labels.items()))
        for job in (APPLICATION_JOB, TELEMETRY_JOB)
    )
    return Pack(name="presence", groups=(RuleGroup(name="data-plane-presence", rules=rules),))
