"""Typed reads over resource properties, with "not known yet" as a value of its own.

During a preview the engine sends an unknown value as a sentinel string, and the SDK's proxy raises
`UnknownValueError` when it is read. Uncaught, one unknown property would turn the whole policy off for that resource;
here it becomes `UNKNOWN`, so that a policy still checks everything else. This is the only module with untyped values.
"""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any, TypeAlias, TypeVar

from pulumi_policy.proxy import UnknownValueError


class Unknown(Enum):
    """The one value that stands for "known after the update only"."""

    VALUE = "unknown"


UNKNOWN = Unknown.VALUE

T = TypeVar("T")
Maybe: TypeAlias = T | Unknown | None
"""A value, or `UNKNOWN` (preview), or None (the property is not set)."""


class Record:
    """One bag of properties (a resource's or a nested object's) with typed reads."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self._raw = raw

    def has(self, key: str) -> bool:
        """Whether the property is there, with whatever value."""
        return self._value(key) is not None

    @property
    def raw(self) -> Mapping[str, Any]:
        """The properties themselves, for a view of their own."""
        return self._raw

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all properties, also of those with unknown values."""
        return tuple(str(name) for name in self._raw)

    def text(self, key: str) -> Maybe[str]:
        """Read a string; numbers become their text."""
        value = self._value(key)
        return value if value is None or isinstance(value, Unknown) else str(value)

    def flag(self, key: str) -> Maybe[bool]:
        """Read a boolean, also one that a configuration delivered as "true" or "false"."""
        value = self._value(key)
        if isinstance(value, str):
            return value.lower() == "true"
        return value if value is None or isinstance(value, Unknown) else bool(value)

    def number(self, key: str) -> Maybe[float]:
        """Read a number, also one in a string ("0.5"); text that is no number counts as 0."""
        value = self._value(key)
        if value is None or isinstance(value, Unknown):
            return value
        try:
            return float(value)
        except (TypeError, ValueError):
            return 0.0

    def texts(self, key: str) -> tuple[str | Unknown, ...] | Unknown:
        """Read a list of strings; a missing list is empty."""
        items = self._items(key)
        return items if isinstance(items, Unknown) else tuple(i if isinstance(i, Unknown) else str(i) for i in items)

    def record(self, key: str) -> "Maybe[Record]":
        """Read a nested object."""
        value = self._value(key)
        if isinstance(value, Unknown):
            return value
        return Record(value) if isinstance(value, Mapping) else None

    def records(self, key: str) -> "tuple[Record | Unknown, ...] | Unknown":
        """Read a list of objects; a missing list is empty."""
        items = self._items(key)
        if isinstance(items, Unknown):
            return items
        return tuple(i if isinstance(i, Unknown) else Record(i) for i in items if isinstance(i, Unknown | Mapping))

    def _value(self, key: str) -> Any:  # noqa: ANN401 (the untyped border: every caller narrows it)
        try:
            return self._raw.get(key)
        except UnknownValueError:
            return UNKNOWN

    def _items(self, key: str) -> list[Any] | Unknown:
        value = self._value(key)
        if isinstance(value, Unknown):
            return value
        if not isinstance(value, Sequence) or isinstance(value, str):
            return []
        items: list[Any] = []
        for index in range(len(value)):
            try:
                items.append(value[index])
            except UnknownValueError:
                items.append(UNKNOWN)
        return items


def inside(bag: Record, *keys: str) -> Maybe[Record]:
    """Walk into nested objects; `UNKNOWN` or None as soon as one on the way is."""
    found: Maybe[Record] = bag
    for key in keys:
        if found is None or isinstance(found, Unknown):
            return found
        found = found.record(key)
    return found


def known(items: tuple[T | Unknown, ...] | Unknown) -> tuple[T, ...]:
    """Return the known elements of a list: what a policy that looks for something forbidden may check."""
    return () if isinstance(items, Unknown) else tuple(i for i in items if not isinstance(i, Unknown))


def has_unknown(items: tuple[T | Unknown, ...] | Unknown) -> bool:
    """Whether something may still be in the list: a policy that looks for something required must then be silent."""
    return isinstance(items, Unknown) or any(isinstance(i, Unknown) for i in items)
