import dataclasses
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from config.services.collector import EXPORTER_PATTERN, IDENTITY_PATTERN, CollectorConfig, render
from tests.unit.services.tools import run_checker

CONFIG = CollectorConfig(environment="production", data_plane_id="prod", memory_limit_mib=256)
# Any text that YAML can carry; "$" is what the collector would expand.
text = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")) | st.sampled_from("${}'\":#"), min_size=1)


@given(environment=text, plane=text, memory=st.integers(64, 10**6))
def test_any_identity_is_stamped_literally(environment: str, plane: str, memory: int) -> None:
    document = yaml.safe_load(
        render(CollectorConfig(environment=environment, data_plane_id=plane, memory_limit_mib=memory))
    )
    upserts = {
        action["key"]: action["value"]
        for action in document["processors"]["resource/identity"]["attributes"]
        if action["action"] == "upsert"
    }
    assert {key: value.replace("$$", "\0") for key, value in upserts.items()} == {
        "environment": environment.replace("$", "\0"),
        "data_plane_id": plane.replace("$", "\0"),
    }


@given(memory=st.integers(64, 10**6))
def test_memory_limits_leave_room_in_the_container(memory: int) -> None:
    limiter = yaml.safe_load(render(dataclasses.replace(CONFIG, memory_limit_mib=memory)))["processors"][
        "memory_limiter"
    ]
    assert 0 < limiter["spike_limit_mib"] < limiter["limit_mib"] < memory


def test_the_memory_limiter_comes_first_and_identity_before_batch() -> None:
    pipelines = yaml.safe_load(render(CONFIG))["service"]["pipelines"]
    assert pipelines.keys() == {"metrics", "logs/own"}
    processors = pipelines["metrics"]["processors"]
    assert processors[0] == "memory_limiter"
    assert processors[-1] == "batch"
    # Claims go before two spellings of one could meet.
    assert processors[1:5] == ["attributes/identity", "transform/processes", "transform/names", "resource/identity"]


def test_identity_is_deleted_before_it_is_stamped() -> None:
    actions = yaml.safe_load(render(CONFIG))["processors"]["resource/identity"]["attributes"]
    assert [action["action"] for action in actions] == ["delete", "upsert", "upsert"]


def test_clients_from_elsewhere_have_a_door_of_their_own_with_a_token() -> None:
    document = yaml.safe_load(render(dataclasses.replace(CONFIG, token_file="/etc/x/token")))
    assert document["extensions"]["bearertokenauth"] == {"filename": "/etc/x/token"}
    assert document["service"]["extensions"] == ["health_check", "bearertokenauth"]
    assert document["service"]["pipelines"]["metrics"]["receivers"] == ["otlp", "otlp/remote"]
    remote = document["receivers"]["otlp/remote"]["protocols"]
    assert remote == {"http": {"endpoint": "0.0.0.0:4319", "auth": {"authenticator": "bearertokenauth"}}}
    assert all("auth" not in one for one in document["receivers"]["otlp"]["protocols"].values())
    assert "bearertokenauth" not in render(CONFIG)


@given(
    st.lists(st.sampled_from(["exported_", "Exported.", "EXPORTED--"]), max_size=3).map("".join),
    st.sampled_from("._- /:é"),
    st.sampled_from("._- /:é"),
    st.booleans(),
)
def test_the_pattern_finds_every_spelling(prefix: str, first: str, second: str, upper: bool) -> None:
    for key in (f"{prefix}data{first}plane{second}id", f"{prefix}environment"):
        assert re.search(IDENTITY_PATTERN, key.upper() if upper else key)


@pytest.mark.parametrize("key", ["deployment.environment.name", "environment_class", "data_plane_id_hash", "le_mans"])
def test_the_patterns_leave_other_attributes_alone(key: str) -> None:
    assert not re.search(IDENTITY_PATTERN, key)
    assert not re.search(EXPORTER_PATTERN, key)


@pytest.mark.parametrize("change", [{"environment": ""}, {"data_plane_id": ""}, {"memory_limit_mib": 63}])
def test_what_cannot_run_is_refused(change: dict[str, str | int]) -> None:
    with pytest.raises(ValueError, match=r"must not be empty|must be ≥ 64"):
        dataclasses.replace(CONFIG, **change)  # type: ignore[arg-type]  # the cases differ in type on purpose


@pytest.mark.parametrize("environment", ["production", "no", "1e3", "${env:HOME}", "a: b # c"])
@pytest.mark.parametrize("token_file", [None, "/etc/otelcol-secrets/token"])
def test_the_collector_accepts_the_file(tmp_path: Path, environment: str, token_file: str | None) -> None:
    path = tmp_path / "collector.yaml"
    path.write_text(render(dataclasses.replace(CONFIG, environment=environment, token_file=token_file)))
    run_checker("otelcol-contrib", "validate", "--config", path)
