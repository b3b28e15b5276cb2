"""A real collector that is open to remote clients: only the token admits, and every client is the plane."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from config.services.scraping import PlaneLimits
from tests.harness.otlp import Point, push
from tests.harness.waiting import wait_until
from tests.unit.services.servers import ENVIRONMENT, PLANE, Stack, running

TOKEN, NEXT = "0123456789abcdef" * 4, "fedcba9876543210" * 4


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("servers")


@pytest.fixture(scope="module")
def stack(folder: Path) -> Iterator[Stack]:
    with running(folder, PlaneLimits(), token=TOKEN) as started:
        yield started


@pytest.mark.parametrize("header", [None, "", TOKEN, f"Bearer {TOKEN[:-1]}", f"Bearer {TOKEN}0", f"Basic {TOKEN}"])
def test_without_the_token_nothing_is_taken(stack: Stack, header: str | None) -> None:
    assert push(stack.remote, [Point(name="refused")], authorization=header).status_code == 401


def test_with_the_token_it_is_stored_as_the_planes_own(stack: Stack) -> None:
    assert push(stack.remote, [Point(name="turned_away")]).status_code == 401
    liar = Point(name="taken", resource={"service.name": "x", "data_plane_id": "other", "environment": "other"})
    assert push(stack.remote, [liar], authorization=f"Bearer {TOKEN}").status_code == 200
    stack.wait_for("taken")
    (labels,) = stack.series("taken")
    assert (labels["data_plane_id"], labels["environment"]) == (PLANE, ENVIRONMENT)
    # What was turned away before would be stored by now, too.
    assert stack.series('{__name__=~"refused|turned_away"}') == []


def test_the_planes_own_applications_need_none(stack: Stack) -> None:
    assert push(stack.otlp, [Point(name="own", resource={"service.name": "x"})]).status_code == 200


def test_another_token_holds_without_a_restart_once_its_file_is_swapped(stack: Stack, folder: Path) -> None:
    def opens(token: str) -> bool:
        return push(stack.remote, [Point(name="swapped")], authorization=f"Bearer {token}").status_code == 200

    # As AWS's provider of the Secrets Store CSI driver does it: a file beside it, then in its place. Twice, because a
    # watch on the file that went sees nothing of the one after.
    for token, before in ((NEXT, TOKEN), (TOKEN, NEXT)):
        (folder / "token.new").write_text(token)
        (folder / "token.new").rename(folder / "token")
        wait_until(partial(opens, token), within_s=10, what="the token that is in the file")
        assert not opens(before)
