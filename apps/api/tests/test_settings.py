import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.api.settings import Settings, SettingsError, load_settings


def test_an_empty_environment_gives_the_documented_defaults() -> None:
    settings = load_settings({})
    assert (settings.port, settings.error_rate, settings.enable_slow_requests) == (8000, 0.05, True)
    assert settings.otel_endpoint is None
    assert settings.export_interval_ms == 1000


def test_an_empty_variable_counts_as_not_set() -> None:
    assert load_settings({"PORT": "", "OTEL_ENDPOINT": ""}) == Settings()


@given(st.floats(0, 1))
def test_every_share_is_taken_as_it_is(rate: float) -> None:
    assert load_settings({"ERROR_RATE": repr(rate)}).error_rate == rate


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "http"),
        ("ERROR_RATE", "-0.1"),
        ("ERROR_RATE", "1.01"),
        ("ERROR_RATE", "nan"),
        ("ERROR_RATE", "5%"),
        ("ENABLE_SLOW_REQUESTS", "perhaps"),
        ("DATA_PLANE_ID", "Prod"),
        ("DATA_PLANE_ID", "a" * 21),
        ("DATA_PLANE_ID", "-prod"),
        ("ENVIRONMENT", "two words"),
        ("ENVIRONMENT", "prod\n"),
        ("OTEL_ENDPOINT", "collector:4318"),
        ("OTEL_ENDPOINT", "grpc://collector:4317"),
        ("SERVICE_NAME", "x" * 256),
        ("OTEL_METRIC_EXPORT_INTERVAL", "0"),
    ],
)
def test_a_bad_value_is_reported_with_what_it_must_be(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({name: value})
    [problem] = caught.value.problems
    assert problem.startswith(f"{name} must be ")
    assert problem.endswith(f" (got {value!r})")


def test_all_bad_values_are_reported_at_once_and_the_process_ends_with_2() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "apps.api"],
        env={"PORT": "x", "ERROR_RATE": "2"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 2
    assert ended.stderr.splitlines() == [
        "error: PORT must be a whole number from 1 to 65535 (got 'x')",
        "error: ERROR_RATE must be a number from 0 to 1 (got '2')",
    ]
