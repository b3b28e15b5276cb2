"""What stores answer to the Prometheus API's calls: the shape of each answer, and those of all planes as one.

A store may hold anything that its plane wrote; only an answer of the right shape gets to `merge`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from apps.console.promql import Key
from apps.console.stores import stamped

Answers = Mapping[Key, Any]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of answer: what it must look like, and how those of several planes become one.

    `sort` is what all of them have in common.
    """

    shape: TypeAdapter[Any]
    merge: Callable[[Answers], Any]
    sort: Callable[[Any], object] = lambda _: None

    def fitting(self, answers: Answers) -> Answers:
        """Return the answers that have the shape, and are of the first one's sort."""
        shaped = {key: answer for key, answer in answers.items() if self._fits(answer)}
        sorts = {key: self.sort(answer) for key, answer in shaped.items()}
        first = next(iter(sorts.values()), None)
        return {key: answer for key, answer in shaped.items() if sorts[key] == first}

    def _fits(self, answer: object) -> bool:
        try:
            self.shape.validate_python(answer)
        except ValidationError:
            return False
        return True


class _Labelled(BaseModel):
    metric: dict[str, str]


class _Elements(BaseModel):
    kind: Literal["vector", "matrix"] = Field(alias="resultType")
    result: list[_Labelled]


class _Single(BaseModel):
    kind: Literal["scalar", "string"] = Field(alias="resultType")
    result: tuple[float, str]


class _Alert(BaseModel):
    labels: dict[str, str]


class _Alerts(BaseModel):
    alerts: list[_Alert]


class _Rule(BaseModel):
    alerts: list[_Alert] | None = None


class _Group(BaseModel):
    file: str
    rules: list[_Rule]


class _Groups(BaseModel):
    groups: list[_Group]


def _results(answers: Answers) -> dict[str, Any]:
    """Put vectors, or matrices, of all planes together; a number is a vector of one."""
    first = next(iter(answers.values()))
    kind = first["resultType"]
    if kind == "string":
        return dict(first)
    elements = {
        key: [{"metric": {}, "value": answer["result"]}] if kind == "scalar" else answer["result"]
        for key, answer in answers.items()
    }
    return {
        "resultType": "vector" if kind == "scalar" else kind,
        "result": [
            {**element, "metric": labels}
            for key, found in elements.items()
            for element in found
            if (labels := stamped(element["metric"], key)) is not None
        ],
    }


def _names(answers: Answers) -> list[str]:
    return sorted({name for found in answers.values() for name in found})


def identities(part: int) -> Kind:
    """Return the answers that name planes: by environment (0) or id (1), whatever their stores say."""
    return Kind(
        shape=TypeAdapter(list[str]),
        merge=lambda answers: sorted({key[part] for key, found in answers.items() if found}),
    )


def _series(answers: Answers) -> list[dict[str, str]]:
    return [labels for key, found in answers.items() for entry in found if (labels := stamped(entry, key)) is not None]


def _metadata(answers: Answers) -> dict[str, Any]:
    together: dict[str, Any] = {}
    for found in answers.values():
        together = {**found, **together}
    return together


def _rules(answers: Answers) -> dict[str, Any]:
    """Name the file of each group with its plane before: groups of all planes have the same names."""
    return {
        "groups": [
            {
                **group,
                "file": f"{key[1]}/{group['file']}",
                "rules": [{**rule, **_rule_alerts(rule, key)} for rule in group["rules"]],
            }
            for key, found in answers.items()
            for group in found["groups"]
        ]
    }


def _rule_alerts(rule: Mapping[str, Any], key: Key) -> dict[str, Any]:
    return {"alerts": _stamped_alerts(rule["alerts"] or [], key)} if "alerts" in rule else {}


def _alerts(answers: Answers) -> dict[str, Any]:
    return {"alerts": [alert for key, found in answers.items() for alert in _stamped_alerts(found["alerts"], key)]}


def _stamped_alerts(alerts: list[dict[str, Any]], key: Key) -> list[dict[str, Any]]:
    return [{**alert, "labels": labels} for alert in alerts if (labels := stamped(alert["labels"], key)) is not None]


RESULTS = Kind(shape=TypeAdapter(_Elements | _Single), merge=_results, sort=lambda answer: answer["resultType"])
NAMES = Kind(shape=TypeAdapter(list[str]), merge=_names)
SERIES = Kind(shape=TypeAdapter(list[dict[str, str]]), merge=_series)
METADATA = Kind(shape=TypeAdapter(dict[str, Any]), merge=_metadata)
RULES = Kind(shape=TypeAdapter(_Groups), merge=_rules)
ALERTS = Kind(shape=TypeAdapter(_Alerts), merge=_alerts)
