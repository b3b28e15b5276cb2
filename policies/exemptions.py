"""Exemptions as data: what may violate a policy, who answers for it, why, and until when.

They are in the stack file, under `planewatch:policyExemptions`. Few policies know any: those of host paths.
"""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pulumi

PLACE = "planewatch:policyExemptions"
EXEMPTIBLE = frozenset({"namespace-is-restricted", "pod-leaves-host-alone"})
_TEXTS = ("policy", "resource", "owner", "reason")
_UNTIL = "expires"
_FINDING = "finding"
_KEYS = (*_TEXTS, _UNTIL)


@dataclass(frozen=True, kw_only=True)
class Exemption:
    """One exemption: `resource` is the name that the program gives a resource, `until` its last day.

    `finding`, where it is set, is a regular expression that all of what was found has to match.
    """

    policy: str
    resource: str
    finding: str = ""
    owner: str
    reason: str
    until: date

    def covers(self, policy: str, name: str, finding: str) -> bool:
        """Whether it exempts a resource, by name, from what a policy found."""
        named = (self.policy, self.resource) == (policy, name)
        return named and (not self.finding or re.fullmatch(self.finding, finding) is not None)

    def is_over(self, today: date) -> bool:
        """Whether its last day is past."""
        return today > self.until


def of_stack() -> tuple[Exemption, ...]:
    """Read the stack's exemptions.

    Raises:
        SystemExit: one is not as it has to be: a typo must not loosen the pack.

    """
    text = pulumi.Config("planewatch").get("policyExemptions")
    try:
        entries: Any = json.loads(text) if text else []
    except ValueError:
        entries = text
    if not isinstance(entries, list):
        raise SystemExit(f"{PLACE} must be a list (got {type(entries).__name__})")
    return tuple(_read(entry, f"{PLACE}[{index}]", EXEMPTIBLE) for index, entry in enumerate(entries))


def _read(entry: object, place: str, policies: Collection[str]) -> Exemption:
    if not isinstance(entry, Mapping):
        raise SystemExit(f"{place} must have {', '.join(_KEYS)} (got {type(entry).__name__})")
    if unknown := sorted(set(map(str, entry)).difference((*_KEYS, _FINDING))):
        raise SystemExit(
            f"{place} must have no other keys than {', '.join((*_KEYS, _FINDING))} (got {', '.join(unknown)})"
        )
    said = {key: _text(entry, key, place) for key in _TEXTS}
    if said["policy"] not in policies:
        raise SystemExit(f"{place}.policy must be {' or '.join(sorted(policies))} (got {said['policy']})")
    return Exemption(**said, finding=_finding(entry, place), until=_day(entry, place))


def _text(entry: Mapping[Any, Any], key: str, place: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value.strip():
        raise SystemExit(f"{place}.{key} must be text (got {'nothing' if value is None else repr(value)})")
    return value


def _finding(entry: Mapping[Any, Any], place: str) -> str:
    if _FINDING not in entry:
        return ""
    text = _text(entry, _FINDING, place)
    try:
        re.compile(text)
    except re.error as error:
        raise SystemExit(f"{place}.{_FINDING} must be a regular expression ({error}) (got {text})") from None
    return text


def _day(entry: Mapping[Any, Any], place: str) -> date:
    value = entry.get(_UNTIL)
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise SystemExit(
            f'{place}.{_UNTIL} must be a day such as "2027-03-31" (got {"nothing" if value is None else value})'
        ) from None
