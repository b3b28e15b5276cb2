"""Rules of a plane with a store of its own, as the service gets them: judged by promtool over made-up histories."""

from pathlib import Path
from typing import Any

import yaml

from config.packs.alerts import AlertThresholds
from config.packs.catalogue import packs
from config.packs.model import render_rules
from config.services.managed_quotas import PUBLISHED
from config.services.managed_rules import RulesNamespace, namespaces
from config.services.plane_rules import PlaneIdentity, of_plane
from tests.unit.services.tools import run_checker

PLANE = PlaneIdentity(environment="production", data_plane_id="prod")
FILES = render_rules(packs(AlertThresholds()))
SPACES = namespaces(of_plane(FILES, PLANE, 10))
IDENTITY = 'environment="production", data_plane_id="prod"'
HEARTBEAT = f'otelcol_process_uptime_seconds_total{{job="otel-collector", instance="collector-0", {IDENTITY}}}'
RECEIVED = f'otelcol_receiver_accepted_metric_points_total{{job="otel-collector", receiver="otlp", {IDENTITY}}}'
DOWN = {"alertname": "DataPlaneDown", "severity": "critical", **PLANE.labels}
Document = dict[str, Any]


def rules_of(spaces: tuple[RulesNamespace, ...]) -> list[Document]:
    return [rule for space in spaces for group in yaml.safe_load(space.text)["groups"] for rule in group["rules"]]


def judged(folder: Path, series: dict[str, str], *asked: tuple[str, str, list[Document]]) -> None:
    """Hold what (time, expression, series with ``value``) says against a history of samples 10 s apart."""
    names = []
    for space in SPACES:
        names.append(f"{space.name}.yaml")
        (folder / names[-1]).write_text(space.text)
    expectations = [
        {
            "eval_time": when,
            "expr": expression,
            "exp_samples": [
                {"labels": _text({k: v for k, v in entry.items() if k != "value"}), "value": entry["value"]}
                for entry in wanted
            ],
        }
        for when, expression, wanted in asked
    ]
    test = {
        "interval": "10s",
        "input_series": [{"series": name, "values": values} for name, values in series.items()],
        "promql_expr_test": expectations,
    }
    # As rarely as the service evaluates.
    document = {"rule_files": names, "evaluation_interval": f"{PUBLISHED.interval_s}s", "tests": [test]}
    (folder / "case.yaml").write_text(yaml.safe_dump(document))
    run_checker("promtool", "test", "rules", folder / "case.yaml")


def _text(labels: dict[str, str]) -> str:
    name = labels.get("__name__", "")
    return name + "{" + ", ".join(f'{key}="{value}"' for key, value in labels.items() if key != "__name__") + "}"


def up(job: str, value: int) -> Document:
    return {"__name__": "up", "job": job, **PLANE.labels, "value": value}


def down(reason: str) -> Document:
    return {**DOWN, "__name__": "ALERTS", "alertstate": "firing", "reason": reason, "value": 1}


FIRING = 'ALERTS{alertname="DataPlaneDown", alertstate="firing"}'


def test_promtool_accepts_every_namespace(tmp_path: Path) -> None:
    for space in SPACES:
        (tmp_path / f"{space.name}.yaml").write_text(space.text)
    run_checker("promtool", "check", "rules", "--lint=all", "--lint-fatal", *tmp_path.glob("*.yaml"))


def test_a_collector_that_falls_silent_is_down_and_up_again_when_it_speaks(tmp_path: Path) -> None:
    # Alive for five minutes, away for three, alive again.
    history = {HEARTBEAT: "10+10x29 _x18 10+10x60", RECEIVED: "50+50x29 _x18 50+50x60"}
    judged(
        tmp_path,
        history,
        ("5m", "up", [up("data-plane", 1), up("otel-collector", 1)]),
        ("5m", FIRING, []),
        # Four heartbeats missed, the next evaluation, and the alert's hold by the one after. Here all groups are
        # evaluated at the same moments; the service spreads them, which may take 30 s more.
        ("6m30s", "up", [up("data-plane", 0), up("otel-collector", 0)]),
        ("6m40s", FIRING, [down("unreachable")]),
        ("8m30s", 'up{job="data-plane"}', [up("data-plane", 1)]),
        ("9m", FIRING, []),
    )


def test_a_collector_that_never_spoke_is_down(tmp_path: Path) -> None:
    judged(tmp_path, {"other": "1x60"}, ("2m", "up", [up("data-plane", 0), up("otel-collector", 0)]))
    judged(tmp_path, {"other": "1x60"}, ("2m", FIRING, [down("unreachable")]))


def test_a_plane_whose_applications_fall_silent_is_down_while_its_collector_lives(tmp_path: Path) -> None:
    history = {HEARTBEAT: "10+10x120", RECEIVED: "50+50x29 1500x90"}
    judged(
        tmp_path,
        history,
        ("5m", FIRING, []),
        # A minute of silence, as long again as two heartbeats, and an evaluation.
        ("7m", FIRING, [down("silent")]),
        ("7m", 'up{job="data-plane"}', [up("data-plane", 1)]),
    )


def test_everything_is_the_planes_whatever_samples_claim(tmp_path: Path) -> None:
    forged = 'orders_created_total{job="data-plane", environment="qa", data_plane_id="qa"}'
    judged(
        tmp_path,
        {HEARTBEAT: "10+10x60", RECEIVED: "50+50x60", forged: "0+10x60"},
        ("6m", '{__name__=~".*:.*|ALERTS.*", data_plane_id!="prod"}', []),
        ("6m", "data_plane:orders_created:rate5m > bool 0", [{**PLANE.labels, "value": 1}]),
    )


def test_nothing_is_recorded_of_the_fleet_and_no_other_rule_is_lost() -> None:
    before = {str(rule.get("record", rule.get("alert"))) for rule in rules_of(namespaces(FILES))}
    after = {str(rule.get("record", rule.get("alert"))) for rule in rules_of(SPACES)}
    fleet = {name for name in before if name.startswith("fleet:")}
    assert fleet
    assert after == before - fleet | {"up"}
    assert all(PLANE.labels.items() <= rule["labels"].items() for rule in rules_of(SPACES))
