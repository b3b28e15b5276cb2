"""Stack files as YAML without duplicate keys: parsers differ on which of the two they use."""

from collections.abc import Hashable
from typing import Any

import yaml


class DuplicateKeyError(ValueError):
    """A mapping has a duplicate key; the message says which and where."""


class _Loader(yaml.SafeLoader):
    """Rejects duplicate keys, which YAML forbids and PyYAML accepts."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        lines: dict[Hashable, int] = {}
        for key_node, _ in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                continue
            key, line = self.construct_object(key_node, deep=True), key_node.start_mark.line + 1
            if key in lines:
                raise DuplicateKeyError(f"duplicate key {key!r} in line {line}, first in line {lines[key]}")
            lines[key] = line
        return super().construct_mapping(node, deep=deep)


def load(text: str) -> Any:  # noqa: ANN401  YAML holds anything
    """Read a YAML text; raises ``DuplicateKeyError`` or ``yaml.YAMLError``."""
    return yaml.load(text, Loader=_Loader)  # noqa: S506  a SafeLoader


def is_secret(value: object) -> bool:
    """Return whether a value of a stack file is a secret, or a mapping of nothing but secrets (a token per plane)."""
    if not isinstance(value, dict) or not value:
        return False
    return set(value) == {"secure"} or all(is_secret(part) for part in value.values())
