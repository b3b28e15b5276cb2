"""Inputs against the SDK's declarations: unknown names, missing ones, wrong kinds. Values are never shown."""

import difflib
import json
import re

from toolchain.simulated_aws.plugin.schema import Kind, Type
from toolchain.standins.servicer.values import DEFAULTS, UNKNOWN, Props, Value


def validate_object(given: Props, declared: Type, path: str, failures: list[str]) -> Props:
    """Convert an object's members as the official plugin does and note everything that is wrong."""
    made: Props = {}
    for key, value in given.items():
        if key.startswith("__"):
            made[key] = value
            continue
        if value is None:
            continue
        known = declared.fields.get(key)
        if known is None:
            near = _nearest(key, list(declared.fields))
            hint = f"did you mean {near}?" if near else f"known are {', '.join(sorted(declared.fields))}"
            failures.append(f"{path}{key}: unknown property; {hint}")
            continue
        made[key] = _value(value, known, f"{path}{key}", failures)
    failures.extend(f"{path}{key}: missing; it is required" for key in sorted(declared.required - made.keys()))
    return made


def _nearest(key: str, known: list[str]) -> str:
    same = [name for name in known if name.lower() == key.replace("_", "").lower()]
    near = same or difflib.get_close_matches(key, known, n=1)
    return near[0] if near else ""


def _value(value: Value, declared: Type, path: str, failures: list[str]) -> Value:
    if value is UNKNOWN or declared.kind is Kind.ANY:
        return value
    if declared.kind is Kind.OBJECT:
        if isinstance(value, dict):
            return validate_object(value, declared, f"{path}.", failures)
    elif declared.kind is Kind.LIST:
        if isinstance(value, list):
            of = declared.of or Type(Kind.ANY)
            return [_value(entry, of, f"{path}[{index}]", failures) for index, entry in enumerate(value)]
    elif declared.kind is Kind.MAP:
        if isinstance(value, dict):
            of = declared.of or Type(Kind.ANY)
            return {k: _value(v, of, f'{path}["{k}"]', failures) for k, v in value.items() if k != DEFAULTS}
    else:
        made = _scalar(value, declared.kind)
        if made is not None:
            return made
    failures.append(f"{path}: must be {declared.kind.value}")
    return value


def _scalar(value: Value, kind: Kind) -> Value:
    made: Value = None
    match kind, value:
        case (Kind.FLAG, bool()) | (Kind.TEXT, str()):
            made = value
        case Kind.FLAG, "true" | "false":
            made = value == "true"
        case Kind.NUMBER, int() | float() if not isinstance(value, bool):
            made = value
        case Kind.NUMBER, str(digits) if re.fullmatch(r"-?\d+", digits):
            made = int(digits)
        case Kind.TEXT, dict():
            made = json.dumps({key: entry for key, entry in value.items() if not key.startswith("__")})
        case Kind.TEXT, bool():
            made = "true" if value else "false"
        case Kind.TEXT, int() | float():
            made = str(value)
        case _:
            pass
    return made
