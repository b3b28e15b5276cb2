"""Two planes and what their stack expects, judged by promtool over made-up histories."""

from pathlib import Path
from typing import Any

import yaml

from config.packs import expected
from config.packs.alerts import AlertThresholds
from config.packs.catalogue import packs
from config.packs.expected import ExpectedPlane
from config.packs.model import AlertRule, RuleFile, render_rules
from tests.unit.services.tools import run_checker

ROOT = Path(__file__).parents[3]
INTERVAL_S = 10
PROD = ExpectedPlane(
    data_plane_id="prod",
    environment="production",
    collectors=2,
    error_ratio=0.5,
    latency_p95_s=2.5,
    workloads={"api": 2, "shop-v2": 1},
)
DEV = ExpectedPlane(data_plane_id="dev", environment="dev", silence_is_normal=True, workloads={"api": 1})
OWN = {"prometheus": 2, "alertmanager": 2}
PACK = expected.pack((PROD, DEV), scrape_interval_s=INTERVAL_S, targets=OWN, pods=True)
ALERTS = [rule for group in PACK.groups for rule in group.rules if isinstance(rule, AlertRule)]
IDENTITY = {"prod": 'environment="production", data_plane_id="prod"', "dev": 'environment="dev", data_plane_id="dev"'}
Labels = dict[str, Any]


def up(plane: str, instance: str = "a", job: str = "data-plane") -> str:
    return f'up{{job="{job}", instance="{instance}", {IDENTITY[plane]}}}'


def pod(plane: str, name: str, workload: str = "api", ready: str = "true") -> str:
    return f'up{{job="pods", pod="{name}", workload="{workload}", ready="{ready}", {IDENTITY[plane]}}}'


def own(job: str, instance: str) -> str:
    return f'up{{job="{job}", instance="{instance}"}}'


def judged(folder: Path, series: dict[str, str], *asked: tuple[str, str, list[Labels]]) -> None:
    """Hold what (time, expression, labels of the result) says against a history of samples 10 s apart."""
    files: tuple[RuleFile, ...] = render_rules((*packs(AlertThresholds()), PACK))
    for file in files:
        (folder / file.name).write_text(file.text)
    test = {
        "interval": f"{INTERVAL_S}s",
        "input_series": [{"series": name, "values": values} for name, values in series.items()],
        "promql_expr_test": [
            {
                "eval_time": when,
                "expr": expression,
                "exp_samples": [
                    {
                        "labels": "{"
                        + ", ".join(f'{key}="{text}"' for key, text in wanted.items() if key != "value")
                        + "}",
                        "value": wanted.get("value", 1),
                    }
                    for wanted in results
                ],
            }
            for when, expression, results in asked
        ],
    }
    document = {"rule_files": [file.name for file in files], "evaluation_interval": "10s", "tests": [test]}
    (folder / "case.yaml").write_text(yaml.safe_dump(document))
    run_checker("promtool", "test", "rules", folder / "case.yaml")


def firing(alert: str, *labels: str) -> str:
    kept = ", ".join(labels)
    return f'sum by ({kept}) (ALERTS{{alertname="{alert}", alertstate="firing"}})'
