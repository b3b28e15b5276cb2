"""Metrics over time, one line per plane (or per status class), on a shared grid of timestamps."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from apps.console import promql
from apps.console.alerts import UNNAMED
from apps.console.answers import Line
from apps.console.figures import Course, Figure, added, courses, distinct, unnamed
from apps.console.metrics import Metrics
from apps.console.models import Metric, Series, SeriesLine, Unit
from apps.console.planes import resolve
from apps.console.promql import Key, Scope
from apps.console.ranges import Grid, View, rate_window


@dataclass(frozen=True, kw_only=True)
class _Kind:
    figure: Figure
    unit: Unit
    expression: Callable[[Scope, int], str]


def _latency(name: str, share: float) -> _Kind:
    figure = Figure(name=f"{name} latency", of_requests=True)
    return _Kind(figure=figure, unit=Unit.SECONDS, expression=partial(promql.latency, share))


_RATE = Figure(name="request rate")
KINDS = {
    Metric.REQUEST_RATE: _Kind(figure=_RATE, unit=Unit.REQUESTS_PER_SECOND, expression=promql.request_rate),
    Metric.LATENCY_P50: _latency("p50", 0.5),
    Metric.LATENCY_P95: _latency("p95", 0.95),
    Metric.LATENCY_P99: _latency("p99", 0.99),
    Metric.ERROR_RATIO: _Kind(
        figure=Figure(name="error ratio", most=1, of_requests=True), unit=Unit.RATIO, expression=promql.error_ratio
    ),
    Metric.ACTIVE_REQUESTS: _Kind(
        figure=Figure(name="active requests"), unit=Unit.REQUESTS, expression=promql.active_requests
    ),
    Metric.REQUESTS_BY_STATUS: _Kind(figure=_RATE, unit=Unit.REQUESTS_PER_SECOND, expression=promql.requests_by_status),
}
STATUS_CLASSES = {"error": "error, no status", "none": "no status", "other": "other status"}
"""What the classes are called that are not their own name."""


async def draw(metrics: Metrics, metric: Metric, view: View, scrape_interval: int) -> Series:
    """Return `metric` over the view's range; an unknown environment or plane raises a 404 problem."""
    scope = await resolve(metrics, view)
    grid, kind = Grid.ending(metrics.moment, view.range), KINDS[metric]
    window = rate_window(scrape_interval, grid.step)
    matrix = await metrics.within(scope).range(
        kind.expression(scope, window), start=grid.start, end=grid.end, step=grid.step
    )
    if metric is Metric.REQUESTS_BY_STATUS:
        drawn = [_of_class(name, course, grid) for name, course in _together(kind.figure, matrix).items()]
    else:
        drawn = [_of_plane(key, course, grid) for key, course in courses(kind.figure, matrix).items()]
    return Series(
        metric=metric,
        unit=kind.unit,
        environment=view.environment,
        plane=view.plane,
        range=view.range,
        step_seconds=grid.step,
        window_seconds=window,
        timestamps=grid.timestamps,
        lines=sorted(drawn, key=lambda line: line.label),
    )


def label(environment: str, plane: str) -> str:
    """Return the name of a line: the environment alone where its only plane has the same name."""
    names = [name for name in (environment, plane) if name]
    return " · ".join(dict.fromkeys(names)) or UNNAMED


def _together(figure: Figure, matrix: list[Line]) -> dict[str, Course]:
    """Return the course of each status class: of several stores, each has told its own."""
    found: defaultdict[str, list[Course]] = defaultdict(list)
    for line in matrix:
        found[line.metric.get(promql.STATUS_CLASS, "none")] += courses(figure, [line]).values()
    return {name: added(each) for name, each in found.items()}


def _of_plane(key: Key, course: Course, grid: Grid) -> SeriesLine:
    told = distinct([unnamed(key), *course.oddities])
    environment, plane = key
    return _line(
        course,
        grid,
        label=label(*key),
        environment=environment or None,
        data_plane_id=plane or None,
        oddities=told,
    )


def _of_class(name: str, course: Course, grid: Grid) -> SeriesLine:
    return _line(
        course, grid, label=STATUS_CLASSES.get(name, name), status_class=name, oddities=distinct(course.oddities)
    )


def _line(
    course: Course,
    grid: Grid,
    *,
    label: str,
    oddities: list[str],
    environment: str | None = None,
    data_plane_id: str | None = None,
    status_class: str | None = None,
) -> SeriesLine:
    return SeriesLine(
        label=label,
        environment=environment,
        data_plane_id=data_plane_id,
        status_class=status_class,
        values=[course.values.get(at) for at in grid.timestamps],
        oddities=oddities,
    )
