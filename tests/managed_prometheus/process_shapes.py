"""Two processes of one service, 580 and 174 events: told apart however little they say of themselves."""

from collections.abc import Callable

from tests.managed_prometheus.shapes import (
    SECOND,
    Json,
    Moment,
    Process,
    Shape,
    histogram,
    histogram_point,
    number,
    summed,
)

_EVENTS, _OTHERS = (0, 80, 300, 580), (0, 24, 100, 174)
_ALL = 754
_NO_INSTANCE: Json = {"service.instance.id": None}


def _python(version: str) -> Json:
    return {"telemetry.sdk.language": "python", "telemetry.sdk.version": version}


def _counting(name: str, counts: tuple[int, ...], *, later: int = 0) -> Callable[[Moment], list[Json]]:
    def send(at: Moment) -> list[Json]:
        return [summed(name, number(counts[at.step], at.now, start=at.first + later))]

    return send


def _measuring(name: str, counts: tuple[int, ...], *, later: int = 0) -> Callable[[Moment], list[Json]]:
    def send(at: Moment) -> list[Json]:
        point = histogram_point((1,), (counts[at.step], 0), at.now, start=at.first + later)
        return [histogram(name, point)]

    return send


def _whole(series: str) -> dict[str, float]:
    return {f"sum({series})": _ALL, f"sum(resets({series}[5m]))": 0}


PROCESSES = (
    Shape(
        name="workers-of-python",
        resource={**_NO_INSTANCE, **_python("1.42.0")},
        send=_counting("python.workers", _EVENTS),
        # Forked a millisecond later.
        others=(Process(send=_counting("python.workers", _OTHERS, later=SECOND // 1000)),),
        stored=_whole("python_workers_total"),
    ),
    Shape(
        name="durations-of-python",
        resource={**_NO_INSTANCE, **_python("1.9.1")},
        send=_measuring("python.durations", _EVENTS),
        others=(Process(send=_measuring("python.durations", _OTHERS, later=1)),),
        stored=_whole("python_durations_count"),
    ),
    Shape(
        name="forks-of-one-instance",
        resource=_python("1.43.0"),
        send=_counting("python.forks", _EVENTS),
        others=(Process(send=_counting("python.forks", _OTHERS, later=SECOND // 1000)),),
        stored=_whole("python_forks_total"),
    ),
    Shape(
        name="instances-of-python",
        resource=_python("1.45.2"),
        send=_counting("python.instances", _EVENTS),
        others=(Process(send=_counting("python.instances", _OTHERS), resource={"service.instance.id": "second"}),),
        stored={**_whole("python_instances_total"), 'count(python_instances_total{planewatch_started=""})': 2},
    ),
    Shape(
        name="numbers-on-one-host",
        resource={"service.instance.id": "", "host.name": "web", "process.pid": 7},
        send=_counting("numbered", _EVENTS),
        others=(Process(send=_counting("numbered", _OTHERS), resource={"process.pid": 8}),),
        stored={**_whole("numbered_total"), 'sum(numbered_total{exported_instance="web/8"})': _OTHERS[-1]},
    ),
    Shape(
        name="pods",
        resource={**_NO_INSTANCE, "k8s.pod.name": "web-0", "host.name": "node"},
        send=_counting("of.pods", _EVENTS),
        others=(Process(send=_counting("of.pods", _OTHERS), resource={"k8s.pod.name": "web-1"}),),
        stored={**_whole("of_pods_total"), 'sum(of_pods_total{exported_instance="web-1"})': _OTHERS[-1]},
    ),
    Shape(
        name="one-process-with-moving-starts",
        resource=_NO_INSTANCE,
        send=lambda at: [summed("moving.alone", number(_EVENTS[at.step], at.now, start=at.now - SECOND // 100))],
        stored={"moving_alone_total": 580},
        grown={"moving_alone_total": 580},
    ),
)
