"""A real collector with a door for clients elsewhere: only the token opens it, and behind it everybody is the plane."""

from collections.abc import Iterator

import pytest

from config.services.scraping import PlaneLimits
from tests.harness.otlp import Point, push
from tests.unit.services.servers import ENVIRONMENT, PLANE, Stack, running

TOKEN = "0123456789abcdef" * 4


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running(tmp_path_factory.mktemp("servers"), PlaneLimits(), token=TOKEN) as started:
        yield started


@pytest.mark.parametrize("header", [None, "", TOKEN, f"Bearer {TOKEN[:-1]}", f"Bearer {TOKEN}0", f"Basic {TOKEN}"])
def test_without_the_token_nothing_is_taken(stack: Stack, header: str | None) -> None:
    assert push(stack.remote, [Point(name="refused")], authorization=header).status_code == 401


def test_with_the_token_it_is_stored_as_the_planes_own(stack: Stack) -> None:
    liar = Point(name="taken", resource={"service.name": "x", "data_plane_id": "other", "environment": "other"})
    assert push(stack.remote, [liar], authorization=f"Bearer {TOKEN}").status_code == 200
    stack.wait_for("taken")
    (labels,) = stack.series("taken")
    assert (labels["data_plane_id"], labels["environment"]) == (PLANE, ENVIRONMENT)
    assert stack.series("refused") == []


def test_the_planes_own_applications_need_none(stack: Stack) -> None:
    assert push(stack.otlp, [Point(name="own", resource={"service.name": "x"})]).status_code == 200
