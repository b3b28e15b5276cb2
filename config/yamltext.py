"""Stack files as YAML: one reader and one writer, for all who read such a file.

Pulumi reads it with Go's yaml.v3, we with PyYAML, and they differ on what a word without quotes is: ``1e3``, ``0o17``,
``no``, ``2026-01-01``, ``012345678901``. The reader takes what both read alike and refuses the rest with what to write;
the writer quotes every string. Keys are text, whatever they look like, and so are values right below ``config``.
Pulumi loses a line break or a tab at the start of a text of several lines, however it is quoted: it is refused.
"""

import math
from collections.abc import Hashable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from config import yamlwords

# What stands below these may be secret, although not every place among them is the right one for a secret.
_HIDDEN = frozenset({"environmentVariables", "otlpTokens", "secrets"})

# What Pulumi writes as a literal block, and reads again without its first line, or not at all.
_LOST = ("\n", "\t", "\x85", "\u2028", "\u2029")
_FAULT_OF_LOST = "has several lines and starts with a line break or a tab, which Pulumi loses; remove it"


class DuplicateKeyError(ValueError):
    """A mapping has a duplicate key; the message says which and where."""


class MisreadError(ValueError):
    """Values that are no plain YAML, or that readers of YAML take for different things; one line for each."""


class _Loader(yaml.SafeLoader):
    """Resolves words without quotes by our rule, and rejects duplicate keys, which YAML forbids and PyYAML accepts."""

    def resolve(self, kind: type[yaml.Node], value: Any, implicit: Any) -> Any:  # noqa: ANN401  as PyYAML has it
        usual = super().resolve(kind, value, implicit)  # type: ignore[no-untyped-call]  # PyYAML has no types
        return yamlwords.tag_of(value, usual) if kind is yaml.ScalarNode and implicit[0] else usual

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        lines: dict[str, int] = {}
        for key_node, _ in node.value:
            if key_node.tag == yamlwords.MERGE:
                continue
            key, line = key_node.value, _line(key_node)
            if key in lines:
                raise DuplicateKeyError(f"duplicate key {key!r} in line {line}, first in line {lines[key]}")
            lines[key] = line
        return super().construct_mapping(node, deep=deep)


def _construct_unclear(loader: _Loader, node: yaml.ScalarNode) -> object:
    del loader
    return yamlwords.as_pulumi_reads(node.value)


_Loader.add_constructor(yamlwords.UNCLEAR, _construct_unclear)


class _Dumper(yaml.SafeDumper):
    """Quotes every string; writes what occurs twice twice."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ANN401  as PyYAML has it
        del data
        return True


_Dumper.add_representer(str, lambda dumper, text: dumper.represent_scalar(yamlwords.STR, text, style='"'))


def load(text: str, *, strict: bool = True) -> Any:  # noqa: ANN401  YAML holds anything
    """Read a stack file; raises ``DuplicateKeyError``, ``MisreadError`` or ``yaml.YAMLError``.

    Without ``strict``, for files that Pulumi wrote, what is unclear is what Pulumi takes it for.
    """
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        faults = list(_settle(node, (), set()))
        if strict and faults:
            raise MisreadError("\n".join(faults))
        return loader.construct_document(node)
    finally:
        loader.dispose()


def problem(error: yaml.YAMLError) -> str:
    """Return what is wrong with a text that is no YAML, and where; not the lines around it, which may hold secrets."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return "it holds characters that YAML does not allow"
    return f"{error.problem} in line {error.problem_mark.line + 1}, column {error.problem_mark.column + 1}"


def config_of(file: Path) -> dict[str, Any]:
    """Return what a stack file that Pulumi may have written says below ``config``."""
    return (load(file.read_text(), strict=False) or {}).get("config") or {}


def dump(document: Mapping[str, Any]) -> str:
    """Return a document as YAML that every reader takes for the same; what is a string stays one."""
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False, width=math.inf)


def is_secret(value: object) -> bool:
    """Return whether a value of a stack file is a secret, or a mapping of nothing but secrets (a token per plane)."""
    if not isinstance(value, dict) or not value:
        return False
    return set(value) == {"secure"} or all(is_secret(part) for part in value.values())


def _settle(node: yaml.Node, place: tuple[str, ...], above: set[int]) -> Iterator[str]:
    """Make text of what can only be text, and yield what is wrong, in words for people."""
    if id(node) in above:
        raise MisreadError(f"line {_line(node)}: {_named(place)} refers to itself; write it out")
    if node.tag not in yamlwords.KNOWN:
        yield f"line {_line(node)}: {_named(place)} has the tag {node.tag}, which stack files do not know; remove it"
    above = {*above, id(node)}
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            _make_text(key, value, place)
            if _loses_its_start(key):
                yield f"line {_line(key)}: a key of {_named(place)} {_FAULT_OF_LOST}"
            yield from _settle(value, (*place, key.value), above)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _settle(value, (*place, str(number)), above)
    elif node.tag in (yamlwords.UNCLEAR, yamlwords.MERGE):
        hidden = not _HIDDEN.isdisjoint(part.rpartition(":")[2] for part in place)
        shown = None if hidden else node.value
        yield f"line {_line(node)}: {_named(place)} {yamlwords.fault(node.value, shown)}"
    elif _loses_its_start(node):
        yield f"line {_line(node)}: {_named(place)} {_FAULT_OF_LOST}"


def _make_text(key: yaml.Node, value: yaml.Node, place: tuple[str, ...]) -> None:
    """Tag a key as text, and its value too where Pulumi reads every scalar as text."""
    if not isinstance(key, yaml.ScalarNode):
        raise MisreadError(f"line {_line(key)}: a key of {_named(place)} must be text")
    if key.tag != yamlwords.MERGE:
        if key.value == "<<":
            raise MisreadError(f'line {_line(key)}: {_named(place)} has the key "<<", which Pulumi takes for a merge')
        key.tag = yamlwords.STR
    if place == ("config",) and isinstance(value, yaml.ScalarNode) and value.tag != yamlwords.NULL:
        value.tag = yamlwords.STR


def _loses_its_start(node: yaml.Node) -> bool:
    return node.tag == yamlwords.STR and "\n" in node.value and node.value.startswith(_LOST)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _named(place: tuple[str, ...]) -> str:
    return ".".join(place[1:] if place[:1] == ("config",) else place) or "the file"
