from pathlib import Path

import pytest
import yaml

from config.services import collector
from config.services.collector_direct import WorkspaceWrites, command_line, render
from tests.unit.services.tools import run_checker

CONFIG = collector.CollectorConfig(environment="pro$uction", data_plane_id="prod", memory_limit_mib=256)
WRITES = WorkspaceWrites(
    endpoint="https://aps-workspaces.eu-central-1.amazonaws.com/workspaces/ws-1/",
    region="eu-central-1",
    folder="/var/lib/otelcol",
    interval_s=10,
)


def test_the_collector_takes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The extension asks for credentials already when it is validated.
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "none")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    file = tmp_path / "config.yaml"
    file.write_text(render(CONFIG, WRITES))
    run_checker("otelcol-contrib", "validate", *command_line(str(file)))


def test_identity_is_cleaned_as_for_a_scrape_and_then_stamped() -> None:
    scraped, direct = yaml.safe_load(collector.render(CONFIG)), yaml.safe_load(render(CONFIG, WRITES))
    orders = [each["service"]["pipelines"]["metrics"]["processors"] for each in (scraped, direct)]
    # What a scraper would do to start times, and to the names of job and instance.
    only_scraped, only_direct = ["transform/starts", "metric_start_time"], ["transform/scraped"]
    shared = [name for name in orders[0] if name not in only_scraped]
    assert shared == [name for name in orders[1] if name not in only_direct]
    assert all(direct["processors"][name] == scraped["processors"][name] for name in shared)
    assert {"attributes/identity", "resource/identity", "filter/reserved"} < set(shared)
    exporter = direct["exporters"]["prometheusremotewrite"]
    assert exporter["external_labels"] == {"environment": "pro$$uction", "data_plane_id": "prod"}


def test_what_is_on_the_way_lies_on_disk_one_request_at_a_time() -> None:
    exporter = yaml.safe_load(render(CONFIG, WRITES))["exporters"]["prometheusremotewrite"]
    assert exporter["wal"] == {"directory": "/var/lib/otelcol", "buffer_size": 1, "truncate_frequency": "1s"}
    assert exporter["retry_on_failure"]["max_elapsed_time"] == "0s"


def test_it_tells_of_itself_over_loopback_as_often_as_a_scrape_would() -> None:
    document = yaml.safe_load(render(CONFIG, WRITES))
    own = document["service"]["pipelines"]["metrics/own"]
    assert own == {"receivers": ["otlp/own"], "processors": ["filter/own"], "exporters": ["prometheusremotewrite"]}
    address = document["receivers"]["otlp/own"]["protocols"]["http"]["endpoint"]
    assert address.startswith("127.0.0.1:")
    (reader,) = document["service"]["telemetry"]["metrics"]["readers"]
    assert reader["periodic"]["interval"] == 10_000
    assert reader["periodic"]["exporter"]["otlp"]["endpoint"] == f"http://{address}"
