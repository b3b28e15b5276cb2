"""Policy documents of AWS (JSON) as frozen statements: of roles, of their trust, and of resources."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

from policies.reading import Record, Unknown

POD_IDENTITY = "pods.eks.amazonaws.com"
# What says on whose behalf a request comes. Other keys (the time, whether TLS is used) leave it to anybody.
_NARROWING = frozenset(
    key.lower()
    for key in (
        "aws:PrincipalAccount",
        "aws:PrincipalArn",
        "aws:PrincipalOrgID",
        "aws:SourceAccount",
        "aws:SourceArn",
        "aws:SourceOwner",
        "aws:SourceOrgID",
        "kms:CallerAccount",
        "sts:ExternalId",
    )
)
_NARROWING_FAMILIES = ("aws:requesttag/", "kms:encryptioncontext:")
# The only ones that ask for a value; with "IfExists" at the end they let through what has none.
_EQUALITIES = ("StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike")


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One key of a condition: an operator, and values of which one has to fit."""

    operator: str
    key: str
    values: tuple[str, ...]

    @property
    def narrows(self) -> bool:
        """Whether it restricts the account or resource, with a value that does not match all."""
        key = self.key.lower()
        named = key in _NARROWING or key.startswith(_NARROWING_FAMILIES)
        return named and self.operator in _EQUALITIES and not any(set(value) <= {"*", "?"} for value in self.values)

    @property
    def exact(self) -> bool:
        """Whether only the values themselves fit."""
        return self.operator in _EQUALITIES and not any(set(value) & {"*", "?"} for value in self.values)


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement. `principals` are (kind, name); everybody is ("AWS", "*"). `inverted` are the Not… members."""

    sid: str
    allows: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    principals: tuple[tuple[str, str], ...]
    inverted: tuple[str, ...]
    conditions: tuple[Condition, ...]

    @property
    def narrows(self) -> bool:
        """Whether a condition restricts the account or resource it holds for."""
        return any(condition.narrows for condition in self.conditions)

    def grants(self, action: str) -> bool:
        """Whether it allows an action, by name or by a wildcard."""
        return self.allows and any(fnmatchcase(action.lower(), pattern.lower()) for pattern in self.actions)

    def wants(self, key: str) -> frozenset[str]:
        """Return the values that a condition wants of a key exactly; empty when none does."""
        wanted = [c.values for c in self.conditions if c.exact and c.key.lower() == key.lower()]
        return frozenset(value for values in wanted for value in values)


@lru_cache(maxsize=512)
def parse(text: str) -> tuple[Statement, ...] | None:
    """Read a document; None for text that is none. Several policies read the same one, hence the cache."""
    try:
        document: Any = json.loads(text)
        return tuple(_statement(entry) for entry in _many(document["Statement"]))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def check_statements(bag: Record, key: str, check: Callable[[Statement], Iterator[str]]) -> Iterator[str]:
    """Check the Allow statements of the document at `key`, if it is known; other text is a finding itself."""
    text = bag.text(key)
    if not text or isinstance(text, Unknown):
        return
    statements = parse(text)
    if statements is None:
        yield f"{key} is not a policy document (JSON with statements)"
        return
    for index, statement in enumerate(statements):
        if statement.allows:
            for found in check(statement):
                yield f"statement '{statement.sid or index}' {found}"


def _statement(entry: dict[str, Any]) -> Statement:
    return Statement(
        sid=str(entry.get("Sid", "")),
        allows=entry["Effect"] == "Allow",
        actions=_texts(entry.get("Action")),
        resources=_texts(entry.get("Resource")),
        principals=tuple(_principals(entry.get("Principal"))),
        inverted=tuple(key for key in ("NotAction", "NotResource", "NotPrincipal") if key in entry),
        conditions=tuple(
            Condition(operator=operator, key=key, values=_texts(values))
            for operator, keys in entry.get("Condition", {}).items()
            for key, values in keys.items()
        ),
    )


def _principals(value: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 (JSON: text, or lists by kind)
    if isinstance(value, dict):
        for kind, names in value.items():
            yield from ((kind, name) for name in _texts(names))
    else:
        yield from (("AWS", name) for name in _texts(value))


def _many(value: Any) -> list[Any]:  # noqa: ANN401 (JSON: one, or a list)
    return value if isinstance(value, list) else [value]


def _texts(value: Any) -> tuple[str, ...]:  # noqa: ANN401 (JSON: one, or a list, or nothing)
    return () if value is None else tuple(str(one) for one in _many(value))
