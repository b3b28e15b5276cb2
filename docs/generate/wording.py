"""A setting's type, bounds and default as a person reads them in a table."""

import json
from collections.abc import Iterator

from docs.generate.settings import Schema

_TYPES = {"string": "text", "integer": "integer", "number": "number", "boolean": "true or false", "object": "settings"}


def kind(schema: Schema) -> str:
    """Name the type, with the unit of a number."""
    if "oneOf" in schema:
        return " or ".join(dict.fromkeys(kind(each) for each in schema["oneOf"]))
    match _type(schema):
        case "array":
            return f"list of {kind(schema['items'])}"
        case "object" if isinstance(below := schema["additionalProperties"], dict):
            return f"{kind(below)} by name"
        case plain:
            return f"{_TYPES[plain]}, {schema['unit']}" if "unit" in schema else _TYPES[plain]


def default(schema: Schema, *, required: bool) -> str:
    """Say what holds where the stack file says nothing."""
    if required:
        return "required"
    value = schema.get("default")
    if value is None or value in ({}, []):
        return "none"
    if isinstance(value, str):
        return f"`{value}`"
    return f"`{json.dumps(value)}`"


def bounds(schema: Schema) -> str:
    """Return which values are accepted; empty where the type says it all."""
    if "oneOf" in schema:
        return " or ".join(filter(None, (bounds(each) for each in schema["oneOf"])))
    said = [*_values(schema), *_range(schema), *_size(schema), *_form(schema)]
    if (names := schema.get("propertyNames")) and (accepted := bounds(names)):
        said.append(f"names: {accepted}")
    below = schema.get("items", schema.get("additionalProperties"))
    if isinstance(below, dict) and "properties" not in below and (accepted := bounds(below)):
        said.append(f"each: {accepted}" if "items" in schema else f"values: {accepted}")
    return "; ".join(said)


def _type(schema: Schema) -> str:
    types = schema["type"]
    return str(types[0] if isinstance(types, list) else types)


def _values(schema: Schema) -> Iterator[str]:
    values = [value for value in schema.get("enum", ()) if value is not None]
    if values:
        yield ", ".join(f"`{value}`" for value in values)


def _range(schema: Schema) -> Iterator[str]:
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is not None and most is not None:
        yield f"{_number(least)} to {_number(most)}"
    elif least is not None:
        yield f"≥ {_number(least)}"
    elif most is not None:
        yield f"≤ {_number(most)}"
    if (above := schema.get("exclusiveMinimum")) is not None:
        yield f"> {_number(above)}"
    if (below := schema.get("exclusiveMaximum")) is not None:
        yield f"< {_number(below)}"


def _number(number: float) -> str:
    """Group the digits of what is longer than a port."""
    return f"{number:,}" if number >= _GROUPED else f"{number:g}"


_GROUPED = 100_000


def _size(schema: Schema) -> Iterator[str]:
    for one, many, what in (("character", "characters", "Length"), ("entry", "entries", "Items"), *_ENTRIES):
        least, most = schema.get(f"min{what}"), schema.get(f"max{what}")
        if least and most:
            yield f"{least} to {most} {many}"
        elif least:
            yield f"at least {least} {one if least == 1 else many}"
        elif most:
            yield f"at most {most} {one if most == 1 else many}"


_ENTRIES = (("entry", "entries", "Properties"),)


def _form(schema: Schema) -> Iterator[str]:
    # A list of values says more than the form that they have.
    if "words" in schema and "enum" not in schema:
        yield schema["words"]
    if "excluding" in schema:
        yield schema["excluding"]
    if schema.get("anyOf") == [{"format": "ipv4"}, {"format": "ipv6"}]:
        yield "an IPv4 or IPv6 address"
