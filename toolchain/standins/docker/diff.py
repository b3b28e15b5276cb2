"""Diff: what changes between a resource's old and new inputs, and whether that replaces it."""

from dataclasses import dataclass, field

from toolchain.standins.docker import cpus
from toolchain.standins.docker.schema import Kind, Prop, ResourceType
from toolchain.standins.servicer.changes import Change
from toolchain.standins.servicer.values import DEFAULTS, UNKNOWN, Props, Value, canonical, is_empty


@dataclass
class _Found:
    changes: list[Change] = field(default_factory=list)

    def add(self, path: str, old: Value, new: Value, *, force: bool) -> None:
        how = "add" if is_empty(old) else "delete" if is_empty(new) else "update"
        self.changes.append(Change(path, how, force))


def diff(kind: ResourceType, olds: Props, news: Props) -> list[Change]:
    """List every change. An input that is gone but that the container engine fills too is no change."""
    found = _Found()
    _objects(found, kind.props, olds, news, "", force=False)
    return found.changes


def covers(prop: Prop, live: Value, wanted: Value) -> bool:
    """Whether the live value is what the input wants: applying it would change nothing."""
    found = _Found()
    _values(found, prop, live, wanted, "", force=False)
    return not found.changes


def delete_first(kind: ResourceType, olds: Props, news: Props) -> bool:
    """Whether a replacement must delete the old one first, because both would have the same name."""
    if kind.delete_first:
        return True
    made = news.get(DEFAULTS)
    named = not (isinstance(made, list) and "name" in made)
    return kind.autoname and named and olds.get("name") == news.get("name")


def _objects(found: _Found, props: tuple[Prop, ...], old: Props, new: Props, path: str, *, force: bool) -> None:
    for prop in props:
        _values(found, prop, old.get(prop.name), new.get(prop.name), path + prop.name, force=force)


def _values(found: _Found, prop: Prop, old: Value, new: Value, path: str, *, force: bool) -> None:
    # A nested property inherits: whatever changes inside a block that forces a new resource forces one.
    force = force or prop.force_new
    if prop.output_only or ((prop.computed or prop.keeps) and new is None) or (is_empty(old) and is_empty(new)):
        return
    if new is UNKNOWN or old is UNKNOWN:
        found.add(path, old, new, force=force)
    elif prop.kind is Kind.OBJECT:
        before, after = old if isinstance(old, dict) else {}, new if isinstance(new, dict) else {}
        _objects(found, prop.fields, before, after, f"{path}.", force=force)
    elif prop.kind is Kind.MAP:
        _maps(found, old, new, path, force=force)
    elif prop.kind in (Kind.LIST, Kind.SET):
        before_list, after_list = old if isinstance(old, list) else [], new if isinstance(new, list) else []
        pair = _sets if prop.kind is Kind.SET else _lists
        pair(found, prop, before_list, after_list, path, force=force)
    elif old != new and not (prop.number and cpus.same_number(old, new)):
        found.add(path, old, new, force=force)


def _maps(found: _Found, old: Value, new: Value, path: str, *, force: bool) -> None:
    before, after = old if isinstance(old, dict) else {}, new if isinstance(new, dict) else {}
    for key in sorted((before.keys() | after.keys()) - {DEFAULTS}):
        if before.get(key) != after.get(key):
            found.add(f'{path}["{key}"]', before.get(key), after.get(key), force=force)


def _lists(found: _Found, prop: Prop, old: list[Value], new: list[Value], path: str, *, force: bool) -> None:
    for index in range(max(len(old), len(new))):
        before = old[index] if index < len(old) else None
        after = new[index] if index < len(new) else None
        where = f"{path}[{index}]"
        if isinstance(before, dict) and isinstance(after, dict):
            _objects(found, prop.fields, before, after, f"{where}.", force=force)
        elif canonical(before) != canonical(after):
            found.add(where, before, after, force=force)


def _sets(found: _Found, prop: Prop, old: list[Value], new: list[Value], path: str, *, force: bool) -> None:
    before, after = {_key(prop, entry) for entry in old}, {_key(prop, entry) for entry in new}
    gone = [(index, entry) for index, entry in enumerate(old) if _key(prop, entry) not in after]
    for index, entry in enumerate(new):
        if _key(prop, entry) not in before:
            found.add(f"{path}[{index}]", gone.pop(0)[1] if gone else None, entry, force=force)
    for index, entry in gone:
        found.add(f"{path}[{index}]", entry, None, force=force)


def _key(prop: Prop, entry: Value) -> str:
    """Text that is equal for equal elements of a set, whose own sets have no order either."""
    if not isinstance(entry, dict):
        return canonical(entry)
    ordered = dict(entry)
    for member in prop.fields:
        value = entry.get(member.name)
        if member.kind is Kind.SET and isinstance(value, list):
            ordered[member.name] = sorted(value, key=canonical)
    return canonical(ordered)
