import subprocess
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from config.services.alertmanager import AlertmanagerConfig, AlertmanagerFlags, command_line, render
from tests.unit.services.tools import program, run_checker

WEBHOOK = AlertmanagerConfig(webhook_url_file="/etc/alertmanager/secrets/webhook-url")


@given(st.from_regex(r"/[ -~]{1,60}", fullmatch=True))
def test_the_webhook_is_a_file_path_never_an_address(path: str) -> None:
    (receiver,) = yaml.safe_load(render(AlertmanagerConfig(webhook_url_file=path)))["receivers"]
    assert receiver["webhook_configs"] == [{"url_file": path, "send_resolved": True}]


def test_without_a_webhook_alerts_are_kept_and_sent_nowhere() -> None:
    document = yaml.safe_load(render(AlertmanagerConfig()))
    assert document["receivers"] == [{"name": "nobody"}]
    assert document["route"]["receiver"] == "nobody"


@pytest.mark.parametrize("config", [AlertmanagerConfig(), WEBHOOK], ids=["nobody", "webhook"])
def test_alertmanager_accepts_the_file(tmp_path: Path, config: AlertmanagerConfig) -> None:
    path = tmp_path / "alertmanager.yml"
    path.write_text(render(config))
    run_checker("amtool", "check-config", path)


@pytest.mark.parametrize("severity", ["critical", "warning", "none"])
def test_every_severity_reaches_the_receiver(tmp_path: Path, severity: str) -> None:
    path = tmp_path / "alertmanager.yml"
    path.write_text(render(WEBHOOK))
    command = [program("amtool"), "config", "routes", "test", f"--config.file={path}", f"severity={severity}"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == "webhook"


def test_a_critical_alert_silences_warnings_of_its_own_plane_only() -> None:
    (rule,) = yaml.safe_load(render(WEBHOOK))["inhibit_rules"]
    assert rule["equal"] == ["environment", "data_plane_id"]
    # Alerts without a plane are all "equal": they must not take part.
    assert 'data_plane_id!=""' in rule["source_matchers"]
    assert 'data_plane_id!=""' in rule["target_matchers"]


def test_a_single_replica_does_not_gossip() -> None:
    flags = command_line(AlertmanagerFlags(config_file="/c.yml", storage_path="/data"))
    assert flags == (
        "--config.file=/c.yml",
        "--storage.path=/data",
        "--data.retention=120h",
        "--cluster.listen-address=",
        "--web.listen-address=0.0.0.0:9093",
    )
