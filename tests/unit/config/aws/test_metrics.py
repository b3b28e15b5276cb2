"""Managed Prometheus: how it is kept apart, who collects for it, and how often."""

from typing import Any

import pytest

from config.settings import MOST_WORKSPACES
from tests.unit.config.aws.documents import fault, stack
from tests.unit.config.documents import FILE, Document, faults, read

CASES: list[tuple[Any, str]] = [
    ({"retentionDays": 1096}, ".retentionDays is 1096; wanted at most 1095"),
    (
        {"collection": "scraper", "isolation": "workspace"},
        ": collection scraper writes to one workspace; wanted isolation: shared with it",
    ),
]


@pytest.mark.parametrize(("value", "says"), CASES, ids=[str(value) for value, _ in CASES])
def test_a_fault_names_file_place_value_and_what_is_wanted(value: Any, says: str) -> None:
    assert says in fault("metrics", value)


def _scraped(interval: int, **more: Any) -> Document:
    control = {"scrapeIntervalSeconds": interval}
    return {**stack(metrics={"collection": "scraper"}), "platform": "eks", "controlPlane": control, **more}


def test_a_managed_collector_wants_its_interval_to_be_said() -> None:
    (line,) = faults(_scraped(10))
    assert line == (
        f"{FILE}: planewatch:controlPlane.scrapeIntervalSeconds is 10; with planewatch:aws.metrics.collection: scraper"
        " wanted 30, below which AWS's managed collector does not go: figures are older by as much; or take"
        " collection: agents"
    )
    assert read(_scraped(30)).control_plane.scrape_interval_seconds == 30
    # Elsewhere the section is not looked at.
    assert read(_scraped(10, platform="docker")).control_plane.scrape_interval_seconds == 10


@pytest.mark.parametrize("interval", [21, 30])
def test_whoever_else_scrapes_does_so_three_times_in_the_windows_of_rules(interval: int) -> None:
    (line,) = faults({**stack(), "platform": "eks", "controlPlane": {"scrapeIntervalSeconds": interval}})
    assert f"planewatch:controlPlane.scrapeIntervalSeconds is {interval}; wanted at most 20: rules" in line


def _apart(planes: int, **more: Any) -> Document:
    named = {f"p{number}": {"apiPort": 2000 + number, "otlpHttpPort": 4000 + number} for number in range(planes)}
    return {**stack(metrics={"isolation": "workspace"}), "platform": "eks", "dataPlanes": named, **more}


def test_planes_have_as_many_workspaces_as_one_role_can_name() -> None:
    assert len(read(_apart(MOST_WORKSPACES)).data_planes) == MOST_WORKSPACES
    (line,) = faults(_apart(MOST_WORKSPACES + 1))
    assert line == (
        f"{FILE}: planewatch:aws.metrics.isolation is workspace and there are 101 data planes; wanted at most 100,"
        " whose workspaces the console's role can name; take isolation: shared or another stack for the rest"
    )
    assert read(_apart(MOST_WORKSPACES + 1, platform="docker"))
