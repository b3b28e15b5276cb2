"""Metrics over time, one line per plane (or per status class), on a shared grid of timestamps."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from apps.console import promql
from apps.console.metrics import Metrics
from apps.console.models import Metric, Series, SeriesLine, Unit
from apps.console.planes import resolve
from apps.console.prometheus import Line
from apps.console.promql import Scope
from apps.console.ranges import Grid, View, rate_window


@dataclass(frozen=True)
class _Kind:
    unit: Unit
    expression: Callable[[Scope, int], str]


KINDS = {
    Metric.REQUEST_RATE: _Kind(Unit.REQUESTS_PER_SECOND, promql.request_rate),
    Metric.LATENCY_P50: _Kind(Unit.SECONDS, partial(promql.latency, 0.5)),
    Metric.LATENCY_P95: _Kind(Unit.SECONDS, partial(promql.latency, 0.95)),
    Metric.LATENCY_P99: _Kind(Unit.SECONDS, partial(promql.latency, 0.99)),
    Metric.ERROR_RATIO: _Kind(Unit.RATIO, promql.error_ratio),
    Metric.ACTIVE_REQUESTS: _Kind(Unit.REQUESTS, promql.active_requests),
    Metric.REQUESTS_BY_STATUS: _Kind(Unit.REQUESTS_PER_SECOND, promql.requests_by_status),
}


async def draw(metrics: Metrics, metric: Metric, view: View, scrape_interval: int) -> Series:
    """Return `metric` over the view's range; an unknown environment or plane raises a 404 problem."""
    scope = await resolve(metrics, view)
    grid, kind = Grid.ending(metrics.moment, view.range), KINDS[metric]
    window = rate_window(scrape_interval, grid.step)
    lines = await metrics.within(scope).range(
        kind.expression(scope, window), start=grid.start, end=grid.end, step=grid.step
    )
    if metric is Metric.REQUESTS_BY_STATUS:
        lines = _together(lines)
    drawn = sorted((_line(line, grid) for line in lines), key=lambda line: line.label)
    return Series(
        metric=metric,
        unit=kind.unit,
        environment=view.environment,
        plane=view.plane,
        range=view.range,
        step_seconds=grid.step,
        window_seconds=window,
        timestamps=grid.timestamps,
        lines=drawn,
    )


def label(environment: str | None, plane: str | None, status_class: str | None) -> str:
    """Return the name of a line: the environment alone where its only plane has the same name."""
    if status_class is not None:
        return status_class
    names = [name for name in (environment, plane) if name]
    return " · ".join(dict.fromkeys(names)) or "all"


def _together(lines: list[Line]) -> list[Line]:
    """Return one line for each status class: of several stores, each has told its own."""
    found: defaultdict[str, defaultdict[float, float]] = defaultdict(lambda: defaultdict(float))
    for line in lines:
        for at, value in line.values:
            found[line.metric["status_class"]][at] += value or 0
    return [Line(metric={"status_class": name}, values=list(values.items())) for name, values in found.items()]


def _line(line: Line, grid: Grid) -> SeriesLine:
    environment, plane = line.metric.get("environment"), line.metric.get("data_plane_id")
    status_class = line.metric.get("status_class")
    values = {int(at): value for at, value in line.values}
    return SeriesLine(
        label=label(environment, plane, status_class),
        environment=environment,
        data_plane_id=plane,
        status_class=status_class,
        values=[values.get(at) for at in grid.timestamps],
    )
