"""Managed Prometheus: how it is kept apart, who collects for it, and how often."""

from typing import Any

import pytest

from config.settings import MOST_WORKSPACES
from tests.unit.config.aws.documents import fault, stack
from tests.unit.config.documents import FILE, Document, faults, read

CASES: list[tuple[Any, str]] = [
    ({"retentionDays": 1096}, ".retentionDays must be ≤ 1095 (got 1096)"),
    (
        {"collection": "scraper", "isolation": "workspace"},
        ": isolation must be shared with collection: scraper, which writes to one workspace (got workspace)",
    ),
]


@pytest.mark.parametrize(("value", "says"), CASES, ids=[str(value) for value, _ in CASES])
def test_a_fault_names_file_place_value_and_what_it_must_be(value: Any, says: str) -> None:
    assert says in fault("metrics", value)


def _scraped(interval: int, **more: Any) -> Document:
    control = {"scrapeIntervalSeconds": interval}
    return {**stack(metrics={"collection": "scraper"}), "platform": "eks", "controlPlane": control, **more}


def test_a_managed_collector_requires_its_interval_to_be_set() -> None:
    (line,) = faults(_scraped(10))
    assert line == (
        f"{FILE}: planewatch:controlPlane.scrapeIntervalSeconds must be 30 with planewatch:aws.metrics.collection:"
        " scraper, the shortest interval of AWS's managed collector (got 10); or set collection: agents"
    )
    assert read(_scraped(30)).control_plane.scrape_interval_seconds == 30
    # Elsewhere the section is not looked at.
    assert read(_scraped(10, platform="docker")).control_plane.scrape_interval_seconds == 10


@pytest.mark.parametrize("interval", [21, 30])
def test_whoever_else_scrapes_does_so_three_times_in_the_windows_of_rules(interval: int) -> None:
    (line,) = faults({**stack(), "platform": "eks", "controlPlane": {"scrapeIntervalSeconds": interval}})
    assert "planewatch:controlPlane.scrapeIntervalSeconds must be ≤ 20, since rules look at windows of 60 s" in line
    assert line.endswith(f"(got {interval})")


def _apart(planes: int, **more: Any) -> Document:
    named = {f"p{number}": {"apiPort": 20000 + number, "otlpHttpPort": 30000 + number} for number in range(planes)}
    return {**stack(metrics={"isolation": "workspace"}), "platform": "eks", "dataPlanes": named, **more}


def test_planes_have_as_many_workspaces_as_one_role_can_name() -> None:
    assert len(read(_apart(MOST_WORKSPACES)).data_planes) == MOST_WORKSPACES
    (line,) = faults(_apart(MOST_WORKSPACES + 1))
    assert line == (
        f"{FILE}: planewatch:dataPlanes must have ≤ 100 entries with planewatch:aws.metrics.isolation: workspace, since"
        " the console's role can name no more workspaces (got 101); set isolation: shared, or move planes to another"
        " stack"
    )
    assert read(_apart(MOST_WORKSPACES + 1, platform="docker"))
