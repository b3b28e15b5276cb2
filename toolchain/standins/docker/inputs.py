"""Check: a program's inputs, completed and validated before anything is done."""

import difflib
import re
from dataclasses import dataclass, field

from toolchain.standins.docker.schema import Kind, Prop, ResourceType
from toolchain.standins.servicer.autonaming import Autoname, suffix
from toolchain.standins.servicer.values import DEFAULTS, UNKNOWN, Props, Value, is_empty

# As many random hexadecimal digits as the official plugin appends to a name.
NAME_DIGITS = 7


@dataclass
class _Check:
    failures: list[str] = field(default_factory=list)

    def refuse(self, path: str, reason: str) -> None:
        self.failures.append(f"{path}: {reason}")


def check(kind: ResourceType, olds: Props, news: Props, name: Autoname) -> tuple[Props, list[str]]:
    """Complete and validate a resource's inputs; returns them with defaults, and every reason to refuse them."""
    state = _Check()
    made: Props = {}
    if kind.autoname and news.get("name") is None:
        made["name"] = _old_default(olds, "name") or _make_name(name)
    checked = _object(state, kind.props, olds, news | made, "")
    listed = checked[DEFAULTS]
    if made and isinstance(listed, list):
        checked[DEFAULTS] = sorted([*listed, "name"], key=str)
    return checked, state.failures


def _make_name(name: Autoname) -> str:
    return name.proposed or f"{name.resource}-{suffix(NAME_DIGITS, name.seed)}"


def _old_default(olds: Props, name: str) -> Value:
    """Return the old value if it was a default itself; without a list every old value is one, as in the bridge."""
    listed = olds.get(DEFAULTS)
    return olds.get(name) if not isinstance(listed, list) or name in listed else None


def _object(state: _Check, props: tuple[Prop, ...], olds: Props, news: Props, path: str) -> Props:
    known = {prop.name: prop for prop in props if not prop.output_only}
    result: Props = {}
    for name, value in news.items():
        if name.startswith("__") or value is None:
            continue
        prop = known.get(name)
        if prop is None:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}"
            state.refuse(path + name, f"unknown input; {hint}")
            continue
        result[name] = _value(state, prop, olds.get(name), value, path + name)
    defaults: list[Value] = []
    for prop in known.values():
        if prop.name in result:
            continue
        if prop.required:
            state.refuse(path + prop.name, "missing; it is required")
        elif prop.default is not None:
            old = _old_default(olds, prop.name) if olds else None
            # The official plugin writes no default that is false, 0 or "", but keeps one that older versions wrote.
            value = old if old is not None else prop.default
            if old is not None or not is_empty(value):
                result[prop.name] = value
                defaults.append(prop.name)
    result[DEFAULTS] = sorted(defaults, key=str)
    return result


def _value(state: _Check, prop: Prop, old: Value, value: Value, path: str) -> Value:
    if value is UNKNOWN:
        return value
    if prop.kind is Kind.OBJECT:
        return _nested(state, prop, old, value, path)
    if prop.kind in (Kind.LIST, Kind.SET):
        return _list(state, prop, old, value, path)
    if prop.kind is not Kind.MAP:
        return _scalar(state, prop, value, path)
    if not isinstance(value, dict):
        state.refuse(path, "must be a map")
        return value
    return {key: _scalar(state, _TEXT, entry, f'{path}["{key}"]') for key, entry in value.items()}


_TEXT = Prop("", Kind.STR)


def _list(state: _Check, prop: Prop, old: Value, value: Value, path: str) -> Value:
    if not isinstance(value, list):
        state.refuse(path, "must be a list")
        return value
    olds = old if isinstance(old, list) else []
    return [
        _element(state, prop, olds[index] if index < len(olds) else None, entry, f"{path}[{index}]")
        for index, entry in enumerate(value)
    ]


def _element(state: _Check, prop: Prop, old: Value, value: Value, path: str) -> Value:
    return _nested(state, prop, old, value, path) if prop.fields else _scalar(state, _TEXT, value, path)


def _nested(state: _Check, prop: Prop, old: Value, value: Value, path: str) -> Value:
    if value is UNKNOWN:
        return value
    if not isinstance(value, dict):
        state.refuse(path, "must be an object")
        return value
    return _object(state, prop.fields, old if isinstance(old, dict) else {}, value, f"{path}.")


def _scalar(state: _Check, prop: Prop, value: Value, path: str) -> Value:
    """Convert as the official plugin does (numbers and booleans from text and back) and validate."""
    if value is UNKNOWN:
        return value
    converted = _convert(prop.kind, value)
    if converted is None:
        wanted = {Kind.INT: "an integer", Kind.BOOL: "true or false"}.get(prop.kind, "text")
        state.refuse(path, f"must be {wanted}")
        return value
    if prop.pattern and isinstance(converted, str) and not re.search(prop.pattern, converted):
        state.refuse(path, f"must match {prop.pattern}")
    if prop.minimum is not None and isinstance(converted, int) and converted < prop.minimum:
        state.refuse(path, f"must be ≥ {prop.minimum} (got {converted})")
    return converted


def _convert(kind: Kind, value: Value) -> str | int | bool | None:
    made: str | int | bool | None = None
    match kind, value:
        case Kind.BOOL, bool(same):
            made = same
        case Kind.BOOL, "true" | "false":
            made = value == "true"
        case Kind.INT, int(same) if not isinstance(same, bool):
            made = same
        case Kind.INT, str(digits) if re.fullmatch(r"-?\d+", digits):
            made = int(digits)
        case Kind.STR, str(same):
            made = same
        case Kind.STR, bool():
            made = "true" if value else "false"
        case Kind.STR, int() | float():
            made = str(value)
        case _:
            pass
    return made
