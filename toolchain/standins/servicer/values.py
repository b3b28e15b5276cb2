"""Property values between the wire (protobuf structs) and Python, for every stand-in plugin.

A plugin that tells the engine that it takes no secrets never sees a `Secret`: the engine then marks every output secret
whose input was.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from google.protobuf import struct_pb2


class Unknown(Enum):
    """A value that only exists once something else has been created (previews only)."""

    UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"  # the engine's sentinel for an unknown value


UNKNOWN = Unknown.UNKNOWN


@dataclass(frozen=True, eq=True)
class Secret:
    """A value that must not be shown and is encrypted in the state."""

    value: "Value"


Value: TypeAlias = bool | int | float | str | Unknown | Secret | list["Value"] | dict[str, "Value"] | None
Props: TypeAlias = dict[str, Value]

DEFAULTS = "__defaults"
# The engine's marks: a struct with this key is a special value, and this is the one for secrets.
SIGNATURE_KEY = "4dabf18193072939515e22adb298388d"
SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a mark of the protocol, no secret


def from_struct(struct: struct_pb2.Struct) -> Props:
    """Decode; nulls are left out, numbers without a fraction become integers."""
    return {key: value for key, item in struct.fields.items() if (value := _decode(item)) is not None}


def _decode(item: struct_pb2.Value) -> Value:
    match item.WhichOneof("kind"):
        case "bool_value":
            return item.bool_value
        case "number_value":
            number = item.number_value
            return int(number) if number.is_integer() else number
        case "string_value":
            return UNKNOWN if item.string_value == UNKNOWN.value else item.string_value
        case "list_value":
            return [_decode(entry) for entry in item.list_value.values]
        case "struct_value":
            return _special(from_struct(item.struct_value))
        case _:
            return None


def _special(decoded: Props) -> Value:
    return Secret(decoded.get("value")) if decoded.get(SIGNATURE_KEY) == SECRET_SIGNATURE else decoded


def to_struct(props: Mapping[str, Value]) -> struct_pb2.Struct:
    """Encode; the inverse of `from_struct`."""
    return struct_pb2.Struct(fields={key: _encode(value) for key, value in props.items()})


def _encode(value: Value) -> struct_pb2.Value:
    encoded = struct_pb2.Value(null_value=struct_pb2.NULL_VALUE)
    match value:
        case Unknown() | str():
            encoded.string_value = value.value if isinstance(value, Unknown) else value
        case bool():
            encoded.bool_value = value
        case int() | float():
            encoded.number_value = value
        case list():
            encoded.list_value.SetInParent()
            encoded.list_value.values.extend(_encode(entry) for entry in value)
        case dict():
            encoded.struct_value.CopyFrom(to_struct(value))
        case Secret():
            encoded.struct_value.CopyFrom(to_struct({SIGNATURE_KEY: SECRET_SIGNATURE, "value": value.value}))
        case None:
            pass
    return encoded


def reveal(value: Value) -> Value:
    """Copy a value without its secret marks."""
    if isinstance(value, Secret):
        return reveal(value.value)
    if isinstance(value, dict):
        return {key: reveal(entry) for key, entry in value.items()}
    return [reveal(entry) for entry in value] if isinstance(value, list) else value


def has_secret(value: Value) -> bool:
    """Whether anything in it is marked secret."""
    if isinstance(value, dict):
        return any(has_secret(entry) for entry in value.values())
    return any(has_secret(entry) for entry in value) if isinstance(value, list) else isinstance(value, Secret)


def canonical(value: Value) -> str:
    """Text that is equal for equal values: sets are compared by it. Defaults' bookkeeping and empty members are out."""
    return json.dumps(_bare(value), sort_keys=True, default=lambda item: item.value)


def is_empty(value: Value) -> bool:
    """Whether the original sees no difference between this value and none: its SDK knows zero values only."""
    return value is None or value is False or value in (0, "", [], {})


def _bare(value: Value) -> Value:
    if isinstance(value, dict):
        return {k: _bare(v) for k, v in value.items() if k != DEFAULTS and not is_empty(v)}
    return [_bare(entry) for entry in value] if isinstance(value, list) else value


def has_unknown(value: Value) -> bool:
    """Whether anything in it is unknown."""
    if isinstance(value, Secret):
        return has_unknown(value.value)
    if isinstance(value, dict):
        return any(has_unknown(entry) for entry in value.values())
    return any(has_unknown(entry) for entry in value) if isinstance(value, list) else value is UNKNOWN


def text(props: Mapping[str, Value], name: str) -> str:
    """Return the property as text, or ""."""
    value = props.get(name)
    return value if isinstance(value, str) else ""


def number(props: Mapping[str, Value], name: str) -> int:
    """Return the property as an integer, or 0."""
    value = props.get(name)
    return value if isinstance(value, int) else 0


def flag(props: Mapping[str, Value], name: str) -> bool:
    """Return the property as a truth value, or False."""
    return props.get(name) is True


def texts(props: Mapping[str, Value], name: str) -> list[str]:
    """Return the property's list of text, empty if missing."""
    value = props.get(name)
    return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []


def objects(props: Mapping[str, Value], name: str) -> list[Props]:
    """Return the property's list of objects, empty if missing."""
    value = props.get(name)
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def child(props: Mapping[str, Value], name: str) -> Props:
    """Return the property's nested object, empty if missing."""
    value = props.get(name)
    return value if isinstance(value, dict) else {}


def text_map(props: Mapping[str, Value], name: str) -> dict[str, str]:
    """Return the property's map of text, empty if missing."""
    return {key: str(value) for key, value in child(props, name).items() if key != DEFAULTS}
