"""The difference between two versions of an object's inputs, path by path."""

import re
from dataclasses import dataclass
from decimal import Decimal

from toolchain.standins.servicer.values import UNKNOWN, Props, Value, is_empty

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Difference:
    """One changed path with what was and what will be there."""

    path: Path
    old: Value
    new: Value

    @property
    def how(self) -> str:
        """The kind of change: `add`, `delete` or `update`."""
        return "add" if self.old is None else "delete" if self.new is None else "update"

    @property
    def spelling(self) -> bool:
        """Whether it may be nothing but another spelling: `false` for absent, "1" for "1000m"."""
        if self.how == "add":
            return self.new is not UNKNOWN and is_empty(self.new)
        if self.how == "delete":
            return is_empty(self.old)
        return self.old is not UNKNOWN and self.new is not UNKNOWN and same_quantity(self.old, self.new)


def differences(old: Props, new: Props) -> list[Difference]:
    """List what changed. Lists are compared by position."""
    found: list[Difference] = []
    _compare(found, (), old, new)
    return found


def _compare(found: list[Difference], path: Path, old: Value, new: Value) -> None:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            _compare(found, (*path, key), old.get(key), new.get(key))
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            before = old[index] if index < len(old) else None
            after = new[index] if index < len(new) else None
            _compare(found, (*path, index), before, after)
    elif old is UNKNOWN or new is UNKNOWN or not _equal(old, new):
        found.append(Difference(path, old, new))


def _equal(old: Value, new: Value) -> bool:
    # 1 and 1.0 are one number on the wire, but True is none.
    return old == new and isinstance(old, bool) == isinstance(new, bool)


def spelled(path: Path) -> str:
    """Write a path as the engine reads it: `spec.template.containers[0]["a.b"]`."""
    out = ""
    for step in path:
        if isinstance(step, int):
            out += f"[{step}]"
        elif re.search(r'[."\[\]]', step):
            escaped = step.replace('"', '\\"')
            out += f'["{escaped}"]'
        else:
            out += f".{step}" if out else step
    return out


def parsed(path: str) -> Path:
    """Read a path as the engine writes it, for example in `ignoreChanges`."""
    pattern = r'\["((?:[^"\\]|\\.)*)"\]|\[(\d+|\*)\]|([^.\[\]"]+)'
    steps: list[str | int] = []
    for quoted, index, name in re.findall(pattern, path):
        steps.append(int(index) if index.isdigit() else index or name or quoted.replace('\\"', '"'))
    return tuple(steps)


_UNITS = {"": 0, "n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY_UNITS = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_QUANTITY = re.compile(r"^([+-]?\d+(?:\.\d+)?)([numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?$")


def same_quantity(old: Value, new: Value) -> bool:
    """Whether two resource quantities are equal: "1000m" and 1, "1Gi" and "1024Mi"."""
    before, after = _quantity(old), _quantity(new)
    return before is not None and before == after


def _quantity(value: Value) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    match = _QUANTITY.match(str(value))
    if not match:
        return None
    amount, unit = Decimal(match[1]), match[2] or ""
    if unit in _BINARY_UNITS:
        return amount * Decimal(1 << _BINARY_UNITS[unit])
    if unit[:1] in ("e", "E") and len(unit) > 1:
        return amount.scaleb(int(unit[1:]))
    return amount.scaleb(_UNITS[unit])
