"""The settings model as one JSON Schema without references, from which the reference and the editors' schema come."""

from collections.abc import Mapping
from typing import Any

from config.patterns import WORDS
from config.settings import StackSettings

Schema = dict[str, Any]
# Of pydantic's own making: names of classes and fields, which say nothing that the keys do not.
_DROPPED = ("title",)


def settings() -> Schema:
    """Return the schema of what stands below ``config``, keys without the project's prefix.

    Beside JSON Schema's own, three keywords speak to people: ``unit`` of a number, ``words`` for a ``pattern``, and
    ``excluding`` for a ``not``.
    """
    schema = StackSettings.model_json_schema()
    return _inlined(schema, schema["$defs"])


def _inlined(node: Mapping[str, Any], definitions: Mapping[str, Schema]) -> Schema:
    """Put definitions in the place of references; what stands beside a reference counts more."""
    if reference := node.get("$ref"):
        target = definitions[str(reference).rpartition("/")[2]]
        return _inlined({**target, **{key: value for key, value in node.items() if key != "$ref"}}, definitions)
    schema = {key: _value(key, value, definitions) for key, value in node.items() if key not in (*_DROPPED, "$defs")}
    return _completed(_with_null(schema))


def _value(key: str, value: Any, definitions: Mapping[str, Schema]) -> Any:  # noqa: ANN401  any JSON
    match key:
        case "properties" | "patternProperties":
            return {name: _inlined(each, definitions) for name, each in value.items()}
        case "items" | "additionalProperties" | "propertyNames" if isinstance(value, dict):
            return _inlined(value, definitions)
        case "anyOf" | "oneOf":
            return [_inlined(each, definitions) for each in value]
        case "description":
            return " ".join(value.split())
        case _:
            return value


def _with_null(schema: Schema) -> Schema:
    """Say "this or null" in the type, where pydantic lists two alternatives."""
    match schema.get("anyOf"):
        case [{"type": str(kind)} as only, {"type": "null"}]:
            rest = {key: value for key, value in schema.items() if key != "anyOf"}
            values = {"enum": [*only["enum"], None]} if "enum" in only else {}
            # The description of a setting says more than that of its type.
            return {**only, **rest, **values, "type": [kind, "null"]}
        case _:
            return schema


def _completed(schema: Schema) -> Schema:
    if "pattern" in schema:
        schema["words"] = WORDS[schema["pattern"]]
    if "patternProperties" in schema:
        # A key that does not match is refused, not ignored.
        [(pattern, schema["additionalProperties"])] = schema.pop("patternProperties").items()
        schema["propertyNames"] = {**schema.get("propertyNames", {}), "pattern": pattern, "words": WORDS[pattern]}
    if schema.get("default") and "properties" in schema:
        # That of a group is what its settings say.
        del schema["default"]
    elif isinstance(schema.get("default"), dict):
        below = schema["additionalProperties"]
        schema["default"] = {name: _chosen(each, below) for name, each in schema["default"].items()}
    return schema


def _chosen(value: Any, schema: Schema) -> Any:  # noqa: ANN401  any JSON
    """Leave out of a default what is the default of its members."""
    if not isinstance(value, dict):
        return value
    defaults = {name: each.get("default") for name, each in schema.get("properties", {}).items()}
    return {name: each for name, each in value.items() if defaults.get(name) != each}
