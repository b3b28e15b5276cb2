import dataclasses
from pathlib import Path

import pytest
import yaml

from config.services import prometheus
from config.services.agent import AgentConfig, AgentFlags, command_line, remote_write_url, render
from config.services.discovery import PlaneNamespace
from tests.unit.services.tools import run_checker

ENDPOINT = "https://aps-workspaces.eu-central-1.amazonaws.com/workspaces/ws-0123/"
PLANES = (
    PlaneNamespace(namespace="planewatch-prod-shop", data_plane_id="shop", environment="production"),
    PlaneNamespace(namespace="planewatch-prod-qa", data_plane_id="qa", environment="qa"),
)
CONFIG = AgentConfig(
    namespaces=PLANES, endpoint=ENDPOINT, region="eu-central-1", cluster="planewatch-prod", replica="${POD_NAME}"
)


def test_an_agent_scrapes_exactly_as_the_store_does() -> None:
    store = yaml.safe_load(prometheus.render(prometheus.PrometheusConfig(namespaces=PLANES)))
    agent = yaml.safe_load(render(CONFIG))
    assert agent["scrape_configs"] == store["scrape_configs"]
    assert {key: agent["global"][key] for key in ("scrape_interval", "scrape_timeout")} == {
        key: store["global"][key] for key in ("scrape_interval", "scrape_timeout")
    }


def test_samples_are_signed_deduplicated_and_tried_again_when_throttled() -> None:
    document = yaml.safe_load(render(CONFIG))
    (write,) = document["remote_write"]
    assert document["global"]["external_labels"] == {"cluster": "planewatch-prod", "__replica__": "${POD_NAME}"}
    assert write["url"] == f"{ENDPOINT}api/v1/remote_write" == remote_write_url(ENDPOINT.rstrip("/"))
    assert write["sigv4"] == {"region": "eu-central-1"}
    assert write["metadata_config"] == {"send": False}
    assert write["queue_config"]["retry_on_http_429"] is True


def test_memory_on_the_way_is_bounded_and_ten_minutes_of_100_planes_are_cleared_in_one() -> None:
    queue = CONFIG.queue
    assert queue.max_shards * (queue.capacity + queue.samples_per_send) <= 100_000
    backlog = 100 * 500 * 600 / CONFIG.scrape_interval_s
    round_trip_s = 0.1
    assert backlog / (queue.max_shards * queue.samples_per_send) * round_trip_s < 60


def test_promtool_takes_an_agents_configuration(tmp_path: Path) -> None:
    file = tmp_path / "prometheus.yml"
    file.write_text(render(CONFIG))
    run_checker("promtool", "check", "config", "--agent", file)


def test_the_log_keeps_what_is_undelivered_for_two_hours_at_least() -> None:
    flags = AgentFlags(config_file="/c", storage_path="/s")
    assert "--storage.agent.retention.max-time=6h" in command_line(flags)
    assert "--web.enable-lifecycle" not in command_line(flags)
    with pytest.raises(ValueError, match=r"keep_h must be ≥ 2, .* \(got 1\)"):
        dataclasses.replace(flags, keep_h=1)


def test_no_flag_is_given_twice_for_prometheus_starts_with_none_that_is() -> None:
    names = [argument.partition("=")[0] for argument in command_line(AgentFlags(config_file="/c", storage_path="/s"))]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("name", ["cluster", "replica"])
def test_names_that_would_switch_deduplication_off_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="must not be empty"):
        dataclasses.replace(CONFIG, **{name: ""})  # type: ignore[arg-type]  # a name of a text field
