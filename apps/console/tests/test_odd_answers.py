"""Odd answers of the store: they are reported at the plane they belong to, and no other plane loses a figure."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.console import promql
from apps.console.app import create_app
from apps.console.histogram import MOST_BOUNDS
from apps.console.prometheus import Prometheus
from apps.console.promql import Scope
from apps.console.state import JUDGED_SECONDS
from apps.console.tests.answering import ODD, PLANES, SINCE, Extras, Question, answer, element
from apps.console.tests.conftest import console_settings
from apps.console.tests.test_metrics import METRICS
from apps.console.tests.upstream import Upstream, running
from tests.harness.examples import examples

PATHS = (
    "planes",
    "health",
    "alerts",
    "summary",
    "summary?range=24h",
    *(f"series?metric={metric}&range=5m" for metric in METRICS),
)
WINDOW = 4
"""Seconds: four scrapes of the settings used here."""

LABELS = st.sampled_from(
    [ODD, {}, {"environment": "odd"}, {"data_plane_id": "odd"}, {"environment": "", "data_plane_id": ""}]
)
NAMES = ["le", "status_class", "alertname", "alertstate", "severity", "error_type", "__name__", "x.y é"]
WORDS = ["", "0.5", "0.1", "+Inf", "-Inf", "NaN", "1e999", "firing", "pending", "resolved", "x" * 5000, "💥", "9xx"]
NUMBERS: list[Any] = [
    *("NaN", "+Inf", "-Inf", "0", "-0", "1", "-5", "0.99", "1.5", "1e308", "-1e308", "1e-320", "9" * 400),
    *("abc", "", None, 5, True, [], {}, 10**400, "0x10"),
]
MOMENTS: list[Any] = [0, 1, -1, 1e300, 1700000000.123, "now", None, 10**400]
PAIRS: st.SearchStrategy[Any] = st.tuples(st.sampled_from(MOMENTS), st.sampled_from(NUMBERS)).map(
    list
) | st.sampled_from([[], [1], [1, "2", "3"], "12", None, {}, 7])
METRIC = st.builds(
    lambda identity, more: {**identity, **more},
    LABELS,
    st.dictionaries(st.sampled_from(NAMES), st.sampled_from(WORDS), max_size=4),
)
ELEMENTS: st.SearchStrategy[tuple[str, dict[str, str], Any]] = st.one_of(
    st.builds(lambda metric, number: ("value", metric, number), METRIC, st.sampled_from(NUMBERS)),
    st.builds(lambda metric, pair: ("pair", metric, pair), METRIC, PAIRS),
    st.builds(lambda metric: ("histogram", metric, None), METRIC),
    st.builds(lambda metric: ("bare", metric, None), METRIC),
    st.sampled_from([None, 5, "text", [], {}, {"metric": None}, {"metric": [1]}, {"metric": {"a": 1}}]).map(
        lambda nonsense: ("nonsense", {}, nonsense)
    ),
)
HISTOGRAM = {"count": "5", "sum": "1", "buckets": [[0, "0", "1", "5"]]}


def _strange(question: Question, kind: str, metric: dict[str, str], what: Any) -> Any:
    many = question.over_time
    if kind == "value":
        return element(question, metric, what)
    if kind == "pair":
        return {"metric": metric, "values": [what, what]} if many else {"metric": metric, "value": what}
    if kind == "histogram":
        points = [[at, HISTOGRAM] for at in question.times]
        return {"metric": metric, "histograms": points} if many else {"metric": metric, "histogram": points[0]}
    return {"metric": metric} if kind == "bare" else what


def _no_constant(text: str) -> None:
    raise AssertionError(f"{text} is no JSON")


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    made = Upstream()
    made.open.set()
    with running(made):
        yield made


def ask(upstream: Upstream, folder: Path, extras: Extras, paths: Sequence[str] = PATHS) -> dict[str, Any]:
    """Return what the console answers at each path; all are there, and valid JSON."""
    upstream.answer = answer(extras)

    async def all_paths() -> dict[str, Any]:
        app = create_app(console_settings(upstream.url, folder))
        app.state.store = Prometheus(upstream.url, cache_seconds=0)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            answers = {path: await client.get(f"/api/v1/{path}") for path in paths}
        await app.state.store.close()
        assert {path: each.status_code for path, each in answers.items()} == dict.fromkeys(paths, 200)
        return {path: json.loads(each.text, parse_constant=_no_constant) for path, each in answers.items()}

    return asyncio.run(all_paths())


@pytest.fixture(scope="module")
def without(upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the console answers when nothing is strange."""
    return ask(upstream, tmp_path_factory.mktemp("web"), lambda _: [])


def _of_others(body: Any) -> dict[str, list[Any]]:
    """What an answer says of the ordinary planes, and of classes that the odd ones have no part in."""
    keys = {(environment, plane) for environment, plane in PLANES}

    def ours(entry: dict[str, Any]) -> bool:
        plane = entry.get("data_plane_id") or entry.get("id")
        return (entry.get("environment"), plane) in keys or entry.get("status_class") in ("2xx", "5xx")

    return {part: [each for each in body.get(part, []) if ours(each)] for part in ("planes", "lines", "alerts")}


def test_the_ordinary_planes_have_all_their_figures(without: dict[str, Any]) -> None:
    found = without
    shop, qa = found["planes"]["planes"]
    assert (shop["state"], shop["oddities"]) == ("up", [])
    assert (qa["state"], qa["reason"]) == ("degraded", "alert HighLatency is firing")
    assert found["alerts"]["alerts"][0]["active_since"] == SINCE
    assert [each["error_ratio"] for each in found["summary"]["planes"]] == [0.02, 0.02]
    assert found["summary"]["requests"] == 200
    for metric in METRICS:
        lines = found[f"series?metric={metric}&range=5m"]["lines"]
        assert len(lines) == 2
        assert all(value is not None for line in lines for value in line["values"])


@settings(max_examples=examples(10), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(strange=st.lists(ELEMENTS, min_size=4, max_size=12))
def test_whatever_one_series_is_the_others_are_as_without_it(
    upstream: Upstream, tmp_path: Path, without: dict[str, Any], strange: list[tuple[str, dict[str, str], Any]]
) -> None:
    found = ask(upstream, tmp_path, lambda question: [_strange(question, *each) for each in strange])
    for path in PATHS[:1] + PATHS[2:]:
        assert _of_others(found[path]) == _of_others(without[path]), path
    assert found["health"]["prometheus"]["reachable"]


def _only(expression: str, value: object) -> Extras:
    return lambda question: [element(question, ODD, value)] if question.query == expression else []


def _twice(expression: str) -> Extras:
    return lambda question: (
        [element(question, {**ODD, "pod": pod}, "1") for pod in "ab"] if question.query == expression else []
    )


def _histograms(expression: str) -> Extras:
    return lambda question: [_strange(question, "histogram", ODD, None)] if question.query == expression else []


EVERYWHERE = Scope()
RATE = promql.request_rate(EVERYWHERE, WINDOW)
ACTIVE = promql.active_requests(EVERYWHERE, WINDOW)
JUDGED_ERRORS = promql.error_ratio(EVERYWHERE, JUDGED_SECONDS)
P95 = promql.latency(0.95, EVERYWHERE, WINDOW)


def _seen(extras: Extras) -> Extras:
    """The odd plane is there, scraped a moment ago, and sends something."""

    def more(question: Question) -> list[Any]:
        there = (promql.targets_up(), f"time() - {promql.targets_scraped_at()}", promql.planes_reporting())
        return [*([element(question, ODD, "1")] if question.query in there else []), *extras(question)]

    return more


@pytest.mark.parametrize(
    ("extras", "wanted"),
    [
        (_only(RATE, "NaN"), ("request_rate", "up", ["request rate must be a number (got NaN)"])),
        (_only(RATE, "+Inf"), ("request_rate", "up", ["request rate must be a number (got +Inf)"])),
        (_only(RATE, "-2"), ("request_rate", "up", ["request rate must be ≥ 0 (got -2)"])),
        (_twice(RATE), ("request_rate", "up", ["request rate must be one series (got 2)"])),
        (_histograms(ACTIVE), ("active_requests", "up", ["active requests must be a number (got a histogram)"])),
        (_only(ACTIVE, "-3"), ("active_requests", "up", ["active requests must be ≥ 0 (got -3)"])),
        # Without requests that is what a quantile is.
        (_only(P95, "NaN"), ("p95", "up", [])),
        (_only(P95, "-Inf"), ("p95", "up", ["p95 latency must be a number (got -Inf)"])),
        (_only(JUDGED_ERRORS, "1.5"), ("error_ratio", "degraded", ["error ratio must be 0 to 1 (got 1.5)"])),
    ],
)
def test_what_is_no_figure_is_told_at_its_plane(
    upstream: Upstream, tmp_path: Path, extras: Extras, wanted: tuple[str, str, list[str]]
) -> None:
    figure, state, told = wanted
    found = ask(upstream, tmp_path, _seen(extras), ["planes"])["planes"]
    (odd,) = (each for each in found["planes"] if each["id"] == "odd")
    assert (odd[figure], odd["oddities"], odd["state"]) == (None, told, state)
    assert odd["reason"] == (told[0] if state == "degraded" else None)


def test_of_scrapes_that_fail_one_is_told_and_not_all_that_it_says(upstream: Upstream, tmp_path: Path) -> None:
    down = _seen(lambda question: [element(question, ODD, "0")] if question.query == promql.targets_up() else [])
    found = ask(upstream, tmp_path, lambda question: down(question)[-1:], ["planes"])["planes"]
    (odd,) = (each for each in found["planes"] if each["id"] == "odd")
    assert odd["state"] == "down"
    assert odd["reason"] == f"its collector cannot be scraped: {'a' * 300}…"


@pytest.mark.parametrize(
    "body", ["", "[]", '{"data":{}}', '{"data":{"activeTargets":5}}', '{"data":{"activeTargets":"x"}}']
)
async def test_a_store_that_lists_no_targets_tells_no_errors(upstream: Upstream, body: str) -> None:
    upstream.answer = lambda _path, _form: body
    store = Prometheus(upstream.url, cache_seconds=0)
    assert await store.scrape_errors() == {}
    await store.close()


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        ({"data_plane_id": "odd"}, "its series have no environment"),
        ({"environment": "odd", "data_plane_id": ""}, "its series have no data_plane_id"),
        ({}, "its series have no environment and no data_plane_id"),
    ],
)
def test_a_plane_without_a_name_is_there_and_not_well(
    upstream: Upstream, tmp_path: Path, labels: dict[str, str], told: str
) -> None:
    def extras(question: Question) -> list[Any]:
        return [element(question, labels, "1")] if not question.query.startswith("ALERTS") else []

    found = ask(upstream, tmp_path, extras, ["planes", "health"])
    (odd,) = (each for each in found["planes"]["planes"] if (each["environment"], each["id"]) not in PLANES)
    assert (odd["state"], odd["oddities"][0]) == ("degraded", told)
    assert found["health"]["planes"]["degraded"] == 2


@pytest.mark.parametrize(
    ("bucket", "told"),
    [
        ((None, "1"), "a latency bucket must have a bound in le (got none)"),
        (("x", "1"), "a latency bucket must have a bound in le (got x)"),
        (("0.1", "NaN"), "a latency bucket must be a number (got NaN)"),
        (("0.1", "1"), "a latency bucket must have the bound +Inf (got none)"),
    ],
)
def test_what_is_no_histogram_is_told_in_the_summary(
    upstream: Upstream, tmp_path: Path, without: dict[str, Any], bucket: tuple[str | None, str], told: str
) -> None:
    le, value = bucket
    labels = ODD if le is None else {**ODD, "le": le}

    def extras(question: Question) -> list[Any]:
        return [element(question, labels, value)] if question.query.startswith("sum by (le") else []

    found = ask(upstream, tmp_path, extras, ["summary"])["summary"]
    (odd,) = (each for each in found["planes"] if each["id"] == "odd")
    assert (odd["p95"], odd["oddities"]) == (None, [told])
    assert (found["p50"], found["p95"]) == (without["summary"]["p50"], without["summary"]["p95"])


def test_a_plane_with_thousands_of_buckets_is_told_of_in_the_summary(
    upstream: Upstream, tmp_path: Path, without: dict[str, Any]
) -> None:
    def extras(question: Question) -> list[Any]:
        bounds = [*range(MOST_BOUNDS), "+Inf"] if question.query.startswith("sum by (le") else []
        return [element(question, {**ODD, "le": str(bound)}, "5") for bound in bounds]

    found = ask(upstream, tmp_path, extras, ["summary"])["summary"]
    (odd,) = (each for each in found["planes"] if each["id"] == "odd")
    assert odd["oddities"] == [f"the latency buckets must have ≤ {MOST_BOUNDS} bounds (got {MOST_BOUNDS + 1})"]
    assert odd["p95"] is None
    assert (found["p50"], found["p95"]) == (without["summary"]["p50"], without["summary"]["p95"])


def test_what_cannot_be_drawn_is_told_at_its_line(upstream: Upstream, tmp_path: Path) -> None:
    path = "series?metric=request_rate&range=5m"
    found = ask(upstream, tmp_path, lambda question: [element(question, ODD, "-1")], [path])[path]
    (odd,) = (line for line in found["lines"] if line["data_plane_id"] == "odd")
    assert set(odd["values"]) == {None}
    assert odd["oddities"] == ["request rate must be ≥ 0 (got -1)"]


def test_an_alert_that_lost_its_environment_is_still_the_planes(upstream: Upstream, tmp_path: Path) -> None:
    labels = {"alertname": "Own", "alertstate": "firing", "data_plane_id": "shop"}
    found = ask(
        upstream,
        tmp_path,
        lambda question: [element(question, labels, "1")] if question.query.startswith("ALERTS{") else [],
        ["planes"],
    )
    (shop,) = (each for each in found["planes"]["planes"] if each["id"] == "shop")
    assert (shop["state"], shop["reason"]) == ("degraded", "alert Own is firing")
