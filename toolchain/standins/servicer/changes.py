"""Changes between a resource's old and new inputs, and the engine's words for them."""

from dataclasses import dataclass

from pulumi.runtime.proto import provider_pb2

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


def response(changes: list[Change], *, delete_first: bool) -> provider_pb2.DiffResponse:
    """Give the engine's answer; `delete_first` counts only when something replaces the resource."""
    tops = {change.path: change.path.split(".")[0].split("[")[0] for change in changes}
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
