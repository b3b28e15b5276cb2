"""Between properties and the shapes of botocore's service models: matched by name, validated by the shapes' rules."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from botocore import model

from toolchain.simulated_aws.plugin.schema import Kind, Type
from toolchain.standins.servicer.values import UNKNOWN, Props, Value


@dataclass
class Matching:
    """One pass over a resource's inputs: names that differ, and what was found wrong, by property."""

    names: Mapping[str, str]
    failures: list[str] = field(default_factory=list)

    def refuse(self, path: str, reason: str) -> None:
        """Record why a property is invalid."""
        self.failures.append(f"{path}: {reason}")

    def to_api(self, value: Value, shape: model.Shape, path: str) -> object:
        """Convert a property to its shape's form; unknown parts are None."""
        if value is UNKNOWN or value is None:
            return None
        if isinstance(shape, model.StructureShape):
            return self._structure(value, shape, path)
        if isinstance(shape, model.ListShape):
            entries = value if isinstance(value, list) else [value]
            validate_bounds(shape, len(entries), path, self, "entries")
            return [self.to_api(entry, shape.member, f"{path}[{index}]") for index, entry in enumerate(entries)]
        if isinstance(shape, model.MapShape):
            return self._map(value, shape, path)
        return self._scalar(value, shape, path)

    def _structure(self, value: Value, shape: model.StructureShape, path: str) -> object:
        # The SDK knows lists where the service has a single object, and texts where it has an object of one member.
        if isinstance(value, list):
            value = value[0] if value else None
        if isinstance(value, str) and len(shape.members) == 1:
            ((name, member),) = shape.members.items()
            return {name: self.to_api(value, member, path)}
        if not isinstance(value, dict):
            return None
        made: dict[str, object] = {}
        for key, entry in value.items():
            if key.startswith("__"):
                continue
            where = f"{path}.{key}" if path else key
            name = self.member(shape, key, where)
            if not name:
                self.refuse(where, f"the service's {shape.name} has no such member")
                continue
            converted = self.to_api(entry, shape.members[name], where)
            if converted is not None:
                made[name] = converted
        return made

    def member(self, shape: model.StructureShape, key: str, path: str) -> str:
        """Find a property's member, or ""."""
        found = {plain(name): name for name in shape.members}
        for name in candidates(key, self.names.get(re.sub(r"\[\d+\]", "", path), "")):
            if name in found:
                return found[name]
        return ""

    def _map(self, value: Value, shape: model.MapShape, path: str) -> object:
        if not isinstance(value, dict):
            return None
        for key in value:
            if not key.startswith("__"):
                self._scalar(key, shape.key, f'{path}["{key}"]')
        return {
            key: self.to_api(entry, shape.value, f'{path}["{key}"]')
            for key, entry in value.items()
            if not key.startswith("__")
        }

    def _scalar(self, value: Value, shape: model.Shape, path: str) -> object:
        kind = shape.type_name
        made: object = value
        if kind in ("integer", "long"):
            made = int(value) if isinstance(value, str) and re.fullmatch(r"-?\d+", value) else value
        elif kind in ("double", "float"):
            made = float(value) if isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?", value) else value
        elif kind == "boolean":
            made = value == "true" if isinstance(value, str) else value
        elif kind == "blob":
            made = value.encode() if isinstance(value, str) else value
        elif kind == "string":
            made = ("true" if value else "false") if isinstance(value, bool) else str(value)
        if isinstance(made, str) and kind == "string":
            validate_text(cast("model.StringShape", shape), made, path, self)
        elif isinstance(made, int | float) and not isinstance(made, bool):
            validate_bounds(shape, made, path, self, "")
        return made


def validate_text(shape: model.StringShape, value: str, path: str, matching: Matching) -> None:
    """Validate a text by the shape's enumeration, lengths and pattern. The value is not shown: it may be secret."""
    if shape.enum and value not in shape.enum:
        shown = ", ".join(shape.enum) if len(shape.enum) <= _SHOWN else f"{', '.join(shape.enum[:_SHOWN])}, …"
        matching.refuse(path, f"must be one of {shown}")
        return
    validate_bounds(shape, len(value), path, matching, "characters")
    pattern = shape.metadata.get("pattern")
    if pattern and not shape.enum:
        try:
            # The services match the whole text, whether or not the pattern is anchored.
            fits = re.fullmatch(pattern, value) is not None
        except re.error:
            return  # Java's expressions have classes that Python's lack; those few are left to the service
        if not fits:
            matching.refuse(path, f"must match {pattern}")


_SHOWN = 16


def validate_bounds(shape: model.Shape, amount: float, path: str, matching: Matching, unit: str) -> None:
    """Validate a number or a length by the shape's bounds."""
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    unit = f" {unit}" if unit else ""
    if least is not None and amount < least:
        matching.refuse(path, f"must be ≥ {least}{unit} (got {amount})")
    if most is not None and amount > most:
        matching.refuse(path, f"must be ≤ {most}{unit} (got {amount})")


def candidates(key: str, named: str) -> list[str]:
    """List how a property may be called by the service: by its table (`a|b`), else by its own name, plural or not."""
    wanted = plain(key)
    # The SDK makes a plural of what is a list for it.
    return [plain(name) for name in named.split("|") if name] + [wanted, f"{wanted}s", wanted.removesuffix("s")]


def plain(name: str) -> str:
    """Return a name without case and punctuation, as names are compared."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def from_api(found: object, declared: Type, names: Mapping[str, str], path: str = "") -> Value:
    """Convert a part of an answer to a property of this type; None when there is nothing."""
    if found is None:
        return None
    match declared.kind:
        case Kind.OBJECT:
            one = found[0] if isinstance(found, list) and found else found
            made: Value = properties(one, declared.fields, names, path) if isinstance(one, Mapping) else None
        case Kind.LIST:
            entries = found if isinstance(found, list) else [found]
            of = declared.of or Type(Kind.ANY)
            made = [value for entry in entries if (value := from_api(entry, of, names, path)) is not None]
        case Kind.MAP:
            made = {str(k): _scalar(v) for k, v in found.items()} if isinstance(found, Mapping) else None
        case Kind.NUMBER if isinstance(found, str) and re.fullmatch(r"-?\d+", found):
            made = int(found)
        case Kind.TEXT if isinstance(found, bool):
            # A flag that the SDK knows as a text, so that it may be left open.
            made = "true" if found else "false"
        case Kind.FLAG:
            made = found == "true" if isinstance(found, str) else bool(found)
        case _:
            made = _scalar(found)
    return made


def properties(found: Mapping[str, object], fields: Mapping[str, Type], names: Mapping[str, str], path: str) -> Props:
    """Pick the properties that an object of an answer has, by name."""
    by_name = {plain(key): entry for key, entry in found.items()}
    made: Props = {}
    for key, declared in fields.items():
        where = f"{path}.{key}" if path else key
        for name in candidates(key, names.get(where, "")):
            if name in by_name:
                value = from_api(by_name[name], declared, names, where)
                if value is not None:
                    made[key] = value
                break
    return made


def _scalar(found: object) -> Value:
    if isinstance(found, datetime):
        return found.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(found, bytes):
        return found.decode()
    if isinstance(found, dict | list):
        return json.dumps(found, separators=(",", ":"), default=str)
    return cast("Value", found)
