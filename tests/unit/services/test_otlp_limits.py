"""Guards before the limits of a scrape; what they do to real points is in tests/managed_prometheus/test_shapes.py."""

from dataclasses import fields, replace

import pytest

from config.packs.alerts import AlertThresholds
from config.services.collector import CollectorConfig, render
from config.services.scraping import PlaneLimits

CONFIG = CollectorConfig(environment="production", data_plane_id="prod", memory_limit_mib=256)
# The official collector has nothing that bounds the bytes of an answer.
UNGUARDED = {"body_mib"}


@pytest.mark.parametrize("name", [field.name for field in fields(PlaneLimits) if field.name not in UNGUARDED])
def test_a_limit_of_the_scrape_has_its_guard(name: str) -> None:
    halved = replace(PlaneLimits(), **{name: getattr(PlaneLimits(), name) // 2})
    assert render(replace(CONFIG, limits=halved)) != render(CONFIG)


def test_the_warning_is_about_the_limit_that_the_scrape_has() -> None:
    assert AlertThresholds().series == PlaneLimits().samples
