"""Settings: defaults, and one clear line per bad value."""

import json
from pathlib import Path

import pytest

from apps.console.settings import Settings, SettingsError

URL = {"PROMETHEUS_URL": "http://prometheus:9090/"}
SHOP = {"environment": "prod", "data_plane_id": "shop", "url": "https://amp.example/workspaces/ws-1/"}


def test_defaults() -> None:
    settings = Settings.from_environment(URL)
    assert settings.prometheus_url == "http://prometheus:9090"
    assert (settings.port, settings.web_root, settings.scrape_interval_seconds) == (8080, Path("/app/web"), 10)
    assert settings.rate_limit == "600/minute"


def test_other_variables_do_not_matter() -> None:
    assert Settings.from_environment(URL | {"HOME": "/root", "PORTAL": "x"}) == Settings.from_environment(URL)


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("PROMETHEUS_URL", "prometheus:9090", "http"),
        ("PROMETHEUS_URL", "ftp://prometheus", "http"),
        ("PORT", "0", "greater than or equal to 1"),
        ("PORT", "http", "integer"),
        ("SCRAPE_INTERVAL_SECONDS", "10s", "integer"),
        ("RATE_LIMIT", "many", "a rate such as 600/minute"),
        ("RELEASE", "r" * 101, "at most 100"),
        ("PROMETHEUS_AUTH", "basic", "'none' or 'sigv4'"),
        ("AWS_REGION", "Frankfurt", "pattern"),
        ("CONTROL_PLANE_JOBS", "prometheus", "expected a JSON list"),
        ("CONTROL_PLANE_JOBS", '["grafana"]', "'prometheus' or 'alertmanager'"),
    ],
)
def test_a_bad_value_is_named_with_what_it_got(name: str, value: str, wanted: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment(URL | {name: value})
    (line,) = str(caught.value).splitlines()
    assert line.startswith(f"{name}: ")
    assert wanted in line
    assert repr(value) in line


def test_every_bad_value_has_its_line() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({"PORT": "no", "RATE_LIMIT": "no"})
    lines = str(caught.value).splitlines()
    assert [line.split(":")[0] for line in lines] == ["PORT", "PROMETHEUS_URL", "RATE_LIMIT"]
    assert lines[1].endswith("(got nothing)")


def test_signing_needs_a_region() -> None:
    with pytest.raises(SettingsError, match=r"AWS_REGION: expected a region .* \(got nothing\)"):
        Settings.from_environment(URL | {"PROMETHEUS_AUTH": "sigv4"})
    signing = Settings.from_environment(URL | {"PROMETHEUS_AUTH": "sigv4", "AWS_REGION": "us-gov-west-1"})
    assert (signing.prometheus_auth, signing.aws_region) == ("sigv4", "us-gov-west-1")
    # EKS sets the region in every pod with a role.
    assert Settings.from_environment(URL | {"AWS_REGION": "eu-central-1"}).prometheus_auth == "none"


def test_a_store_for_each_plane() -> None:
    settings = Settings.from_environment(
        {"PROMETHEUS_URLS": json.dumps([SHOP, {**SHOP, "data_plane_id": "qa"}]), "UP_INTERVAL_SECONDS": "30"}
    )
    assert settings.prometheus_url is None
    assert [store.data_plane_id for store in settings.prometheus_urls] == ["shop", "qa"]
    assert settings.prometheus_urls[0].url == "https://amp.example/workspaces/ws-1"
    assert (settings.scrape_interval_seconds, settings.up_interval) == (10, 30)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("prod=http://one", "expected a JSON list"),
        ("{}", "tuple"),
        (json.dumps([{**SHOP, "url": "amp.example"}]), "url"),
        (json.dumps([SHOP, SHOP]), "shop is given twice"),
        (json.dumps([{"url": SHOP["url"]}]), "required"),
    ],
)
def test_bad_stores_are_reported_under_one_variable_s_name(value: str, wanted: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({"PROMETHEUS_URLS": value})
    lines = str(caught.value).splitlines()
    assert {line.partition(":")[0] for line in lines} == {"PROMETHEUS_URLS"}
    assert wanted in lines[0]


def test_stores_of_both_kinds_are_one_too_many() -> None:
    with pytest.raises(SettingsError, match="PROMETHEUS_URL: expected this or PROMETHEUS_URLS, not both"):
        Settings.from_environment(URL | {"PROMETHEUS_URLS": json.dumps([SHOP])})


def test_up_is_written_as_often_as_planes_are_scraped_unless_set() -> None:
    assert Settings.from_environment(URL | {"SCRAPE_INTERVAL_SECONDS": "7"}).up_interval == 7
