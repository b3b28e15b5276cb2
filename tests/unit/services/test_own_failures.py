"""A real store and a real Alertmanager that fail: the rules name counters that they have, and tell of it."""

import json
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from config.packs import expected
from config.services import alertmanager
from config.services.alert_routing import Timing
from tests.harness.ports import free_ports
from tests.harness.processes import Program, running
from tests.harness.prometheus import Store
from tests.harness.waiting import wait_until
from tests.unit.services.tools import program

# Two targets become one series: Prometheus refuses that when it evaluates, not before.
BROKEN = """\
groups:
  - name: broken
    rules:
      - record: job:broken:one
        expr: label_replace(up{job="alertmanager"}, "instance", "same", "", "")
      - alert: Always
        expr: vector(1)
        labels: {severity: critical}
"""


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with a rule that fails, and an Alertmanager whose webhook has no scheme."""
    folder = tmp_path_factory.mktemp("failing")
    web, sender = free_ports(2)
    (rules,) = expected.rules((), scrape_interval_s=1, targets={"prometheus": 1, "alertmanager": 2})
    (folder / "expected.yaml").write_text(rules.text)
    (folder / "broken.yaml").write_text(BROKEN)
    (folder / "url").write_text("hooks.example.com/x")
    sending = alertmanager.AlertmanagerConfig(
        webhook_url_file=str(folder / "url"), timing=Timing(group_wait_s=1, group_interval_s=1)
    )
    (folder / "alertmanager.yml").write_text(alertmanager.render(sending))
    at = [f"127.0.0.1:{sender}", f"localhost:{sender}"]
    config = {
        "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
        "rule_files": [f"{folder}/expected.yaml", f"{folder}/broken.yaml"],
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": at[:1]}]}]},
        "scrape_configs": [
            {"job_name": "prometheus", "static_configs": [{"targets": [f"127.0.0.1:{web}"]}]},
            {"job_name": "alertmanager", "static_configs": [{"targets": at}]},
        ],
    }
    # JSON is YAML.
    (folder / "prometheus.yml").write_text(json.dumps(config))
    flags = alertmanager.AlertmanagerFlags(
        config_file=str(folder / "alertmanager.yml"),
        storage_path=str(folder / "alerts"),
        listen_addresses=(f"127.0.0.1:{sender}",),
    )
    with ExitStack() as stack:
        sends = Program([program("alertmanager"), *alertmanager.command_line(flags)], folder / "alertmanager.log")
        stack.enter_context(running(sends, f"http://127.0.0.1:{sender}/-/ready"))
        command = [
            program("prometheus"),
            f"--config.file={folder}/prometheus.yml",
            f"--storage.tsdb.path={folder}/data",
            f"--web.listen-address=127.0.0.1:{web}",
        ]
        stack.enter_context(running(Program(command, folder / "prometheus.log"), f"http://127.0.0.1:{web}/-/ready"))
        yield Store(url=f"http://127.0.0.1:{web}")


def firing(store: Store, alert: str) -> list[dict[str, str]]:
    return [labels for labels, _ in store.vector(f'ALERTS{{alertname="{alert}", alertstate="firing"}}')]


def test_a_rule_that_fails_is_told_with_its_group(failing: Store) -> None:
    told = wait_until(lambda: firing(failing, "RulesFailing"), within_s=30, what="the failing rule is told of")
    assert [labels["rule_group"].rpartition(";")[2] for labels in told] == ["broken"]


def test_alerts_that_cannot_leave_are_told_of(failing: Store) -> None:
    # Alertmanager tries for ten seconds at least before it gives up.
    told = wait_until(lambda: firing(failing, "AlertsNotSent"), within_s=60, what="the failing webhook is told of")
    assert [labels["integration"] for labels in told] == ["webhook"]


def test_the_store_has_every_counter_of_its_own_failures(failing: Store) -> None:
    (rules,) = expected.rules((), scrape_interval_s=1, targets={"prometheus": 1, "alertmanager": 2})
    names = {word for word in rules.text.replace("(", " ").replace("[", " ").split() if word.endswith("_failed_total")}
    assert len(names) == 6
    for name in names:
        assert failing.vector(f"count({name})"), name
    assert firing(failing, "MetricsStoreFailing") == []
    assert firing(failing, "ControlPlaneDown") == []
