"""Rule files as rule groups namespaces of Amazon Managed Service for Prometheus, split under its limits.

A namespace is one file of at most 1 MB; each pack is a namespace of its own, and only a pack that is too large gets
more (``http``, ``http-2`` …). So a change in one pack neither renames nor touches what another pack made.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import yaml

from config.packs.model import RuleFile
from config.services.managed_checks import faults_of
from config.services.managed_quotas import PUBLISHED, Quotas, UnsupportedError, is_namespace
from config.text import seconds, to_yaml

_SUFFIX = ".rules.yaml"
_HEAD = "groups:\n"
# What a part's number may add to the name of its group: "-999999" and a quote.
_NUMBER_BYTES = 8
Group = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class RulesNamespace:
    """A rule groups namespace: its name in the workspace and the YAML text of its rules file."""

    name: str
    text: str


def namespaces(files: tuple[RuleFile, ...], quotas: Quotas = PUBLISHED) -> tuple[RulesNamespace, ...]:
    """Return the namespaces for ``files``, ordered by pack, rules in the order they have there.

    Groups that name no interval get the shortest one allowed. A group that has to be divided goes on as ``<name>-2``;
    its parts are then no longer evaluated one after the other: what one part takes from another is up to an interval
    old. Raises `UnsupportedError` that names pack, group, rule and field of everything the service would refuse.
    """
    packs = {file.name.removesuffix(_SUFFIX): _groups(file) for file in files}
    faults = [fault for pack, groups in packs.items() for fault in faults_of(pack, groups, quotas)]
    if faults:
        raise UnsupportedError(faults)
    result = [
        RulesNamespace(name=pack if part == 1 else f"{pack}-{part}", text=to_yaml({"groups": groups}))
        for pack, groups in sorted(packs.items())
        for part, groups in enumerate(_parts(_divided(groups, quotas), quotas), start=1)
    ]
    if faults := [*_names(result, quotas), *_counts(packs.values(), result, quotas)]:
        raise UnsupportedError(faults)
    return tuple(result)


def _groups(file: RuleFile) -> list[Group]:
    groups: list[Group] = (yaml.safe_load(file.text) or {}).get("groups") or []
    return groups


def _divided(groups: list[Group], quotas: Quotas) -> Iterator[Group]:
    """Yield ``groups``, those that are too long or too large for a namespace in parts."""
    for group in groups:
        head = {"name": group["name"], "interval": group.get("interval", seconds(quotas.interval_s))}
        for part, rules in enumerate(_rules(head, group["rules"], quotas), start=1):
            yield {**head, "name": _numbered(group["name"], part), "rules": rules}


def _rules(head: Group, rules: list[Group], quotas: Quotas) -> Iterator[list[Group]]:
    limit = quotas.rules_per_group
    if _size({**head, "rules": rules}) + len(_HEAD) <= quotas.namespace_bytes and (not limit or len(rules) <= limit):
        return iter([rules])
    frame = _size({**head, "rules": [""]}) - _size("")

    def size(rule: Group) -> int:
        return _size({**head, "rules": [rule]}) - frame

    budget = quotas.namespace_bytes - len(_HEAD) - frame - _NUMBER_BYTES
    return _packed(rules, size=size, budget=budget, count=limit)


def _parts(groups: Iterable[Group], quotas: Quotas) -> Iterator[list[Group]]:
    yield from _packed(groups, size=_size, budget=quotas.namespace_bytes - len(_HEAD), count=None)


def _packed(
    items: Iterable[Group], *, size: Callable[[Group], int], budget: int, count: int | None
) -> Iterator[list[Group]]:
    """Fill lists of at most ``budget`` bytes and ``count`` items, in order; an item that is larger is alone."""
    packed: list[Group] = []
    used = 0
    for item in items:
        more = size(item)
        if packed and (used + more > budget or len(packed) == count):
            yield packed
            packed, used = [], 0
        packed.append(item)
        used += more
    if packed:
        yield packed


def _size(group: object) -> int:
    """Return how many bytes an entry adds to a rules file: entries of a list in YAML stand one below the other."""
    return len(to_yaml({"groups": [group]}).encode()) - len(_HEAD)


def _numbered(name: str, part: int) -> str:
    return name if part == 1 else f"{name}-{part}"


def _names(result: list[RulesNamespace], quotas: Quotas) -> Iterator[str]:
    for name, same in groupby(sorted(result, key=lambda space: space.name), key=lambda space: space.name):
        if len(list(same)) > 1:
            yield f"two packs would share the namespace {name}; rename one"
    for space in result:
        if not is_namespace(space.name):
            yield (
                f"pack {space.name}: the namespace's name must have ≤ 64 letters, digits and . _ -, starting with a"
                " letter or digit"
            )
        if (size := len(space.text.encode())) > quotas.namespace_bytes:
            yield f"namespace {space.name} must have ≤ {quotas.namespace_bytes} bytes (got {size}); shorten a rule"
        seen: set[str] = set()
        for group in yaml.safe_load(space.text)["groups"]:
            if group["name"] in seen:
                yield f"namespace {space.name} has two groups {group['name']}; rename one"
            seen.add(group["name"])
            if (length := len(f"{space.name}{group['name']}".encode())) > quotas.names_bytes:
                yield (
                    f"pack {space.name}, group {group['name'][:40]}…: the two names together must have"
                    f" ≤ {quotas.names_bytes} bytes (got {length})"
                )


def _counts(packs: Iterable[list[Group]], result: list[RulesNamespace], quotas: Quotas) -> Iterator[str]:
    rules = sum(len(group["rules"]) for groups in packs for group in groups)
    if rules > quotas.rules_per_workspace:
        yield (
            f"a workspace must have ≤ {quotas.rules_per_workspace} rules (got {rules}); drop some, or ask AWS to raise"
            " the quota L-3D15CDB4"
        )
    limit = quotas.namespaces_per_workspace
    if limit is not None and len(result) > limit:
        yield f"a workspace must have ≤ {limit} namespaces (got {len(result)})"
