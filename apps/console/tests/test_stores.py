"""Several stores asked as one: whose an answer is, and how little one that hangs holds up the others."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from apps.console.clock import Clock
from apps.console.prometheus import Prometheus, PrometheusTimeoutError, PrometheusUnreachableError
from apps.console.promql import Scope
from apps.console.stores import PlaneStores, stamped
from apps.console.tests.upstream import Upstream, running

SHOP, QA = ("prod", "shop"), ("test", "qa")
TIMEOUT_SECONDS = 1.0
NOW = 1.0
UP = '{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"up"},"value":[1,"1"]}]}}'


@contextmanager
def two_stores(*, rest_seconds: float) -> Iterator[tuple[PlaneStores, Upstream]]:
    """The shop's store answers, that of qa (the upstream) never does."""
    answering = Upstream(body=UP)
    answering.open.set()
    with running(answering) as shop, running(Upstream()) as qa:
        upstreams = {SHOP: shop, QA: qa}
        stores = {
            key: Prometheus(each.url, timeout=TIMEOUT_SECONDS, cache_seconds=0) for key, each in upstreams.items()
        }
        yield PlaneStores(stores, Clock(), rest_seconds=rest_seconds), qa


async def test_a_store_that_hangs_is_waited_for_once_and_then_left_alone() -> None:
    with two_stores(rest_seconds=60) as (stores, hanging):
        (first,) = await stores.instant("up", NOW)
        assert first.metric == {"__name__": "up", "environment": "prod", "data_plane_id": "shop"}
        began = time.monotonic()
        for _ in range(5):
            assert len(await stores.instant("up", NOW)) == 1
        # Waited for each time, five questions would take five time-outs or more.
        assert time.monotonic() - began < 4 * TIMEOUT_SECONDS
        assert len(hanging.seen) == 1
        assert await stores.silent(NOW) == {QA: f"Prometheus did not answer within {TIMEOUT_SECONDS:g} s"}
        with pytest.raises(PrometheusUnreachableError, match="did not answer"):
            await stores.within(Scope(plane="qa")).instant("up", NOW)
        await stores.close()


async def test_a_store_that_rested_is_asked_again() -> None:
    with two_stores(rest_seconds=0) as (stores, hanging):
        await stores.instant("up", NOW)
        hanging.open.set()
        hanging.body = UP
        assert {sample.metric["data_plane_id"] for sample in await stores.instant("up", NOW)} == {"shop", "qa"}
        await stores.close()


async def test_without_any_answer_there_is_an_error() -> None:
    with two_stores(rest_seconds=0) as (stores, _):
        with pytest.raises(PrometheusTimeoutError):
            await stores.within(Scope(environment="test")).instant("up", NOW)
        await stores.close()


@pytest.mark.parametrize(
    ("labels", "wanted"),
    [
        ({}, {"environment": "prod", "data_plane_id": "shop"}),
        ({"job": "a", "data_plane_id": "shop"}, {"job": "a", "environment": "prod", "data_plane_id": "shop"}),
        ({"data_plane_id": "qa"}, None),
        ({"environment": "test", "data_plane_id": "shop"}, None),
    ],
)
def test_labels_of_another_plane_are_not_believed(labels: dict[str, str], wanted: dict[str, str] | None) -> None:
    assert stamped(labels, SHOP) == wanted


@pytest.mark.parametrize("cut_off", [1, 2])
async def test_a_connection_that_ends_without_an_answer_is_tried_once_more(cut_off: int) -> None:
    upstream = Upstream(body=UP, cut_off=cut_off)
    upstream.open.set()
    with running(upstream):
        store = Prometheus(upstream.url, cache_seconds=0)
        try:
            if cut_off == 1:
                assert [sample.metric for sample in await store.instant("up", NOW)] == [{"__name__": "up"}]
            else:
                with pytest.raises(PrometheusUnreachableError, match="RemoteProtocolError"):
                    await store.instant("up", NOW)
        finally:
            await store.close()
    assert len(upstream.seen) == 2
