"""Changes between a resource's old and new inputs, and the engine's words for them."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from pulumi.runtime.proto import provider_pb2

from toolchain.standins.servicer.values import Props, Value

_KINDS = {
    ("add", False): provider_pb2.PropertyDiff.ADD,
    ("add", True): provider_pb2.PropertyDiff.ADD_REPLACE,
    ("delete", False): provider_pb2.PropertyDiff.DELETE,
    ("delete", True): provider_pb2.PropertyDiff.DELETE_REPLACE,
    ("update", False): provider_pb2.PropertyDiff.UPDATE,
    ("update", True): provider_pb2.PropertyDiff.UPDATE_REPLACE,
}


@dataclass(frozen=True)
class Change:
    """One changed property path: how (`add`, `delete`, `update`) and whether it replaces the resource."""

    path: str
    how: str
    replaces: bool


def between(olds: Mapping[str, Value], news: Mapping[str, Value], *, replacing: Collection[str] = ()) -> list[Change]:
    """List the top-level properties that differ; those in `replacing` replace the resource if they had a value."""
    names = sorted(key for key in olds.keys() | news.keys() if olds.get(key) != news.get(key))
    return [Change(name, "update", replaces=name in replacing and name in olds) for name in names]


def ignoring(paths: Iterable[str], olds: Props, news: Props) -> Props:
    """Return the new inputs with the old values of what the program's `ignore_changes` names."""
    tops = {_top(path) for path in paths}
    kept = {key: value for key, value in news.items() if key not in tops}
    return kept | {key: value for key, value in olds.items() if key in tops}


def _top(path: str) -> str:
    return re.split(r"[.\[]", path, maxsplit=1)[0]


def response(changes: list[Change], *, delete_first: bool) -> provider_pb2.DiffResponse:
    """Build the engine's answer; `delete_first` counts only when something replaces the resource."""
    tops = {change.path: _top(change.path) for change in changes}
    replaces = sorted({tops[change.path] for change in changes if change.replaces})
    return provider_pb2.DiffResponse(
        changes=provider_pb2.DiffResponse.DIFF_SOME if changes else provider_pb2.DiffResponse.DIFF_NONE,
        replaces=replaces,
        deleteBeforeReplace=bool(replaces) and delete_first,
        diffs=sorted(set(tops.values())),
        detailedDiff={
            change.path: provider_pb2.PropertyDiff(kind=_KINDS[change.how, change.replaces], inputDiff=True)
            for change in changes
        },
        hasDetailedDiff=True,
    )
