"""The alert manager definition: judged by amtool, and at the edges of what the service takes."""

import dataclasses
import json
import subprocess
from pathlib import Path

import pytest
import yaml

from config.services import alertmanager
from config.services.alert_routing import Timing
from config.services.managed_alerts import ManagedAlertsConfig, render
from config.services.managed_quotas import PUBLISHED, UnsupportedError
from tests.unit.services.tools import program, run_checker

TOPICS = "arn:aws:sns:eu-central-1:111122223333:planewatch-prod"
CONFIG = ManagedAlertsConfig(
    region="eu-central-1", critical_topic=f"{TOPICS}-critical", warning_topic=f"{TOPICS}-warning"
)


def unpacked(folder: Path, config: ManagedAlertsConfig = CONFIG) -> Path:
    """Write what the envelope holds as the service does: templates beside the configuration."""
    document = yaml.safe_load(render(config))
    assert set(document) == {"template_files", "alertmanager_config"}
    for name, text in document["template_files"].items():
        (folder / name).write_text(text)
    path = folder / "alertmanager.yml"
    path.write_text(document["alertmanager_config"])
    return path


def test_amtool_accepts_configuration_and_templates(tmp_path: Path) -> None:
    run_checker("amtool", "check-config", unpacked(tmp_path))


@pytest.mark.parametrize(
    ("severity", "receiver"), [("critical", "critical"), ("warning", "warning"), ("none", "warning")]
)
def test_every_severity_reaches_its_topic(tmp_path: Path, severity: str, receiver: str) -> None:
    path = unpacked(tmp_path)
    command = [program("amtool"), "config", "routes", "test", f"--config.file={path}", f"severity={severity}"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == receiver
    receivers = {each["name"]: each for each in yaml.safe_load(path.read_text())["receivers"]}
    (sns,) = receivers[receiver]["sns_configs"]
    assert sns["topic_arn"] == f"{TOPICS}-{receiver}"
    assert sns["sigv4"] == {"region": "eu-central-1"}
    # "Unsupported properties" of the user guide.
    assert not {"api_url", "http_config"} & set(sns)


def test_routes_and_inhibitions_are_those_of_every_other_platform(tmp_path: Path) -> None:
    managed = yaml.safe_load(unpacked(tmp_path).read_text())
    own = yaml.safe_load(alertmanager.render(alertmanager.AlertmanagerConfig()))
    assert managed["inhibit_rules"] == own["inhibit_rules"]
    for tree in (managed["route"], own["route"]):
        for node in (tree, *tree["routes"]):
            node.pop("receiver", None)
    assert managed["route"] == own["route"]


def rendered(folder: Path, template: str, alerts: list[dict[str, object]], labels: dict[str, str]) -> str:
    unpacked(folder)
    data = folder / "data.json"
    data.write_text(json.dumps({"status": "firing", "alerts": alerts, "commonLabels": labels}))
    arguments = [f"--template.glob={folder / 'planewatch'}", f"--template.text={template}", f"--template.data={data}"]
    command = [program("amtool"), "template", "render", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


LABELS = {"alertname": "DataPlaneDown", "severity": "critical", "data_plane_id": "p" * 20}


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        (LABELS, f"FIRING critical: DataPlaneDown on {'p' * 20}"),
        ({"alertname": "Watchdog", "severity": "none"}, "FIRING none: Watchdog"),
    ],
)
def test_the_subject_is_one_short_line(tmp_path: Path, labels: dict[str, str], says: str) -> None:
    subject = rendered(tmp_path, '{{ template "planewatch.subject" . }}', [], labels)
    assert subject == says
    assert len(says) <= 100
    assert says.isascii()


def test_the_message_says_what_when_and_what_to_do(tmp_path: Path) -> None:
    alert: dict[str, object] = {
        "status": "firing",
        "labels": LABELS,
        "annotations": {"summary": "It is gone", "description": "For 20 s.", "runbook": "docs/runbooks/X.md"},
        "startsAt": "2026-11-21T10:00:00Z",
        "endsAt": "0001-01-01T00:00:00Z",
    }
    message = rendered(tmp_path, '{{ template "planewatch.message" . }}', [alert, alert], LABELS)
    assert message.count("FIRING: It is gone\nFor 20 s.\nSince 2026-11-21 10:00:00 +0000 UTC.") == 2
    assert message.count("Runbook: docs/runbooks/X.md") == 2


def test_attributes_are_never_empty(tmp_path: Path) -> None:
    (sns,) = yaml.safe_load(unpacked(tmp_path).read_text())["receivers"][0]["sns_configs"]
    for labels, values in (
        (LABELS, {"critical", "p" * 20, "firing"}),
        ({"alertname": "Watchdog"}, {"none", "firing"}),
    ):
        assert {rendered(tmp_path, text, [], labels).strip() for text in sns["attributes"].values()} == values


def test_the_definition_is_as_large_as_it_may_be() -> None:
    text = render(CONFIG)
    size = len(text.encode())
    assert render(CONFIG, dataclasses.replace(PUBLISHED, definition_bytes=size)) == text
    with pytest.raises(
        UnsupportedError, match=rf"alert manager definition in bytes must be ≤ {size - 1} \(got {size}\)"
    ):
        render(CONFIG, dataclasses.replace(PUBLISHED, definition_bytes=size - 1))


@pytest.mark.parametrize(
    ("what", "quota", "used"), [("routing tree", "routing_nodes", 3), ("inhibition rules", "inhibition_rules", 1)]
)
def test_tree_and_inhibitions_are_counted(what: str, quota: str, used: int) -> None:
    assert render(CONFIG, dataclasses.replace(PUBLISHED, **{quota: used}))
    with pytest.raises(UnsupportedError, match=rf"{what} must be ≤ {used - 1} \(got {used}\)"):
        render(CONFIG, dataclasses.replace(PUBLISHED, **{quota: used - 1}))


def test_nothing_is_repeated_later_than_the_service_does() -> None:
    assert render(dataclasses.replace(CONFIG, timing=Timing(repeat_warning_s=432_000)))
    with pytest.raises(UnsupportedError, match=r"repeat_interval in seconds must be ≤ 432000 \(got 432001\)"):
        render(dataclasses.replace(CONFIG, timing=Timing(repeat_warning_s=432_001)))


def test_a_fifo_topic_is_refused() -> None:
    with pytest.raises(UnsupportedError, match=r"critical\.fifo must be a standard topic \(got FIFO\)"):
        render(dataclasses.replace(CONFIG, critical_topic=f"{TOPICS}-critical.fifo"))
