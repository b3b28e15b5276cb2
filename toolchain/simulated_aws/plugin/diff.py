"""Diff: what changes between a resource's old and new inputs, and whether that replaces it."""

from collections.abc import Iterator

from toolchain.simulated_aws.plugin.rows import Row
from toolchain.simulated_aws.plugin.sameness import same
from toolchain.simulated_aws.plugin.schema import Kind, Type, resource_schema
from toolchain.standins.servicer.changes import Change
from toolchain.standins.servicer.values import DEFAULTS, UNKNOWN, Props, Value, is_empty


def diff(row: Row, olds: Props, news: Props) -> list[Change]:
    """List every change. An input that is gone but that AWS fills too is no change, unless it is a list or a map."""
    fields = resource_schema(row.urn_type).inputs.fields | {"tagsAll": Type(Kind.MAP, of=Type(Kind.TEXT))}
    found: list[Change] = []
    for key in sorted((olds.keys() | news.keys()) - {DEFAULTS}):
        declared = fields.get(key, Type(Kind.ANY))
        found.extend(_changes(row, key, olds.get(key), news.get(key), declared))
    return found


def _changes(row: Row, path: str, old: Value, new: Value, declared: Type) -> Iterator[Change]:
    if same(old, new, declared) or (new is None and not _clears(row, path, declared)):
        return
    if declared.kind is Kind.OBJECT and isinstance(old, dict) and isinstance(new, dict) and not _forces(row, path):
        for key in sorted((old.keys() | new.keys()) - {DEFAULTS}):
            of = declared.fields.get(key, Type(Kind.ANY))
            yield from _changes(row, f"{path}.{key}", old.get(key), new.get(key), of)
        return
    if declared.kind is Kind.MAP and isinstance(old, dict) and isinstance(new, dict):
        for key in sorted((old.keys() | new.keys()) - {DEFAULTS}):
            if old.get(key) != new.get(key):
                yield _change(row, f'{path}["{key}"]', old.get(key), new.get(key), path)
        return
    yield _change(row, path, old, new, path)


def _clears(row: Row, path: str, declared: Type) -> bool:
    """Whether leaving a property out clears it."""
    if declared.kind in (Kind.LIST, Kind.MAP):
        return not _forces(row, path)
    return any(change.clear is not None and path in change.properties for change in row.changes)


def _forces(row: Row, path: str) -> bool:
    return path in row.force_new or path == row.autoname or path in (*row.parts, f"{row.autoname}Prefix", "region")


def _change(row: Row, path: str, old: Value, new: Value, named: str) -> Change:
    how = "add" if is_empty(old) and old is not UNKNOWN else "delete" if is_empty(new) else "update"
    return Change(path, how, _forces(row, named))


def delete_first(row: Row, olds: Props, news: Props) -> bool:
    """Whether a replacement must delete the old one first, because both would have the same name or place."""
    if row.delete_first or row.parts:
        return True
    made = news.get(DEFAULTS)
    named = not (isinstance(made, list) and row.autoname in made)
    return bool(row.autoname) and named and olds.get(row.autoname) == news.get(row.autoname)
