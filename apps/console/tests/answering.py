"""A store's answers: two planes with ordinary figures, and what a test puts among them."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

PLANES = (("prod", "shop"), ("test", "qa"))
ODD = {"environment": "odd", "data_plane_id": "odd"}
TARGETS: list[Any] = [
    None,
    {"labels": ["job"], "lastError": "no labels"},
    {"labels": {"job": "data-plane"}},
    {"labels": {"job": "data-plane"}, "lastError": "of nobody"},
    {"labels": {"job": "otel-collector", **ODD}, "lastError": "of another job"},
    {"labels": {"job": "data-plane", **ODD}, "lastError": "z" * 5000},
    {"labels": {"job": "data-plane", **ODD}, "lastError": "a" * 5000, "health": "down"},
]
SINCE = 1_700_000_000.0
"""Since when the one alert is active."""

_JOBS = ("prometheus", "alertmanager", "otel-collector", "data-plane")
_ALERT = {"alertname": "HighLatency", "severity": "warning", "environment": "test", "data_plane_id": "qa"}


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked; `times` are the moments of a range query, one of an instant query (unix seconds)."""

    query: str
    times: Sequence[float]
    over_time: bool


Extras = Callable[[Question], Sequence[Any]]


def answer(extras: Extras) -> Callable[[str, bytes], str]:
    """Return what an upstream answers with: the planes' elements, with the extras in their midst."""

    def respond(path: str, form: bytes) -> str:
        if path.startswith("/api/v1/targets"):
            return json.dumps({"status": "success", "data": {"activeTargets": TARGETS}})
        asked = {name: values[0] for name, values in parse_qs(form.decode()).items()}
        over_time = path.endswith("query_range")
        times = (
            [float(at) for at in range(int(asked["start"]), int(asked["end"]) + 1, int(asked["step"]))]
            if over_time
            else [float(asked["time"])]
        )
        question = Question(query=asked["query"], times=times, over_time=over_time)
        first, *others = _ordinary(question)
        result = [first, *extras(question), *others]
        kind = "matrix" if over_time else "vector"
        return json.dumps({"status": "success", "data": {"resultType": kind, "result": result}})

    return respond


def element(question: Question, labels: dict[str, str], value: object) -> dict[str, Any]:
    """Return an element with one value throughout."""
    pairs = [[at, value] for at in question.times]
    return {"metric": labels, "values": pairs} if question.over_time else {"metric": labels, "value": pairs[0]}


def _ordinary(question: Question) -> list[dict[str, Any]]:
    query = question.query
    planes = [{"environment": environment, "data_plane_id": plane} for environment, plane in PLANES]
    if query.startswith("ALERTS{"):
        return [element(question, {"__name__": "ALERTS", "alertstate": "firing", **_ALERT}, "1")]
    if query.startswith("ALERTS_FOR_STATE"):
        return [element(question, {"__name__": "ALERTS_FOR_STATE", **_ALERT}, str(SINCE))]
    if "by (job)" in query:
        return [element(question, {"job": job}, "2") for job in _JOBS]
    if query.startswith("sum by (le"):
        counts = (("0.1", "50"), ("1", "90"), ("+Inf", "100"))
        return [element(question, {**plane, "le": bound}, count) for plane in planes for bound, count in counts]
    if query.startswith("sum by (status_class)"):
        return [element(question, {"status_class": name}, "3") for name in ("2xx", "5xx")]
    return [element(question, plane, _value(query)) for plane in planes]


def _value(query: str) -> str:
    for beginning, value in (
        ("last_over_time(up", "1"),
        ("time() -", "3"),
        ("sum by (environment, data_plane_id) ((increase(", "2"),
        ("sum by (environment, data_plane_id) (increase(", "100"),
    ):
        if query.startswith(beginning):
            return value
    return "0.02"
