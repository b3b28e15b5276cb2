"""Typed access to the JSON objects that an API server returns: what is missing or of another type reads as empty."""

from collections.abc import Mapping
from typing import TypeAlias

Object: TypeAlias = Mapping[str, object]


def text(found: Object, key: str) -> str:
    """Return the string at ``key``, or an empty one."""
    value = found.get(key)
    return value if isinstance(value, str) else ""


def flag(found: Object, key: str) -> bool:
    """Return whether the value at ``key`` is true."""
    return found.get(key) is True


def child(found: Object, key: str) -> Object:
    """Return the object at ``key``, or an empty one."""
    value = found.get(key)
    return value if isinstance(value, dict) else {}


def objects(found: Object, key: str) -> list[Object]:
    """Return the objects in the list at ``key``."""
    value = found.get(key)
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def texts(found: Object, key: str) -> list[str]:
    """Return the strings in the list at ``key``."""
    value = found.get(key)
    return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []


def text_map(found: Object, key: str) -> dict[str, str]:
    """Return the object at ``key`` as a map of strings (labels, annotations, quantities)."""
    return {name: str(value) for name, value in child(found, key).items()}
