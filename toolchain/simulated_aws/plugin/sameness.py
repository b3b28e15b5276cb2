"""Whether two values mean the same to AWS, however they are written."""

import json
import re
from functools import cache

from toolchain.simulated_aws.plugin.schema import Kind, Type
from toolchain.standins.servicer.values import DEFAULTS, UNKNOWN, Value, canonical, is_empty, reveal


def same(one: Value, other: Value, declared: Type) -> bool:
    """Whether two values of a property are equal: lists without order where they hold texts, documents by content."""
    if one is UNKNOWN or other is UNKNOWN:
        return False
    one, other = reveal(one), reveal(other)
    if is_empty(one) and is_empty(other):
        return True
    if declared.kind is Kind.OBJECT and isinstance(one, dict) and isinstance(other, dict):
        keys = {key for key in one.keys() | other.keys() if key != DEFAULTS}
        return all(same(one.get(key), other.get(key), declared.fields.get(key, _ANY)) for key in keys)
    if declared.kind is Kind.LIST and isinstance(one, list) and isinstance(other, list):
        return _same_lists(one, other, declared.of or _ANY)
    if isinstance(one, str) and isinstance(other, str):
        return same_text(one, other)
    return canonical(one) == canonical(other)


_ANY = Type(Kind.ANY)


def _same_lists(one: list[Value], other: list[Value], declared: Type) -> bool:
    """Compare as sets: AWS keeps no order in any list that this plugin sends."""
    left = list(other)
    for entry in one:
        found = next((index for index, candidate in enumerate(left) if same(entry, candidate, declared)), None)
        if found is None:
            return False
        left.pop(found)
    return not left


def covers(live: Value, wanted: Value, declared: Type) -> bool:
    """Whether a live value is what an input asks for; what the input leaves open may be anything."""
    live, wanted = reveal(live), reveal(wanted)
    if declared.kind is Kind.OBJECT and isinstance(live, dict) and isinstance(wanted, dict):
        return all(
            covers(live.get(key), entry, declared.fields.get(key, _ANY))
            for key, entry in wanted.items()
            if key != DEFAULTS
        )
    if declared.kind is Kind.LIST and isinstance(live, list) and isinstance(wanted, list):
        left = list(live)
        for entry in wanted:
            of = declared.of or _ANY
            found = next((index for index, candidate in enumerate(left) if covers(candidate, entry, of)), None)
            if found is None:
                return False
            left.pop(found)
        return not left
    return same(live, wanted, declared)


def same_text(one: str, other: str) -> bool:
    """Compare texts: JSON documents by content, KMS keys by id or ARN."""
    if one == other:
        return True
    if one[:1] in "{[" and other[:1] in "{[":
        documents = (_document(one), _document(other))
        return documents[0] is not None and documents[0] == documents[1]
    return any(
        re.fullmatch(r"arn:[^:]+:kms:.*", long) is not None and long.endswith(f"/{short}")
        for long, short in ((one, other), (other, one))
    )


@cache
def _document(text: str) -> str | None:
    try:
        return json.dumps(_normal(json.loads(text)), sort_keys=True)
    except ValueError:
        return None


def _normal(found: object) -> object:
    """Write a policy document one way: a list of one is its entry, and the order of lists of texts is nothing."""
    if isinstance(found, dict):
        return {key: _normal(entry) for key, entry in found.items()}
    if isinstance(found, list):
        entries = [_normal(entry) for entry in found]
        if len(entries) == 1:
            return entries[0]
        return sorted(entries, key=str) if all(isinstance(entry, str) for entry in entries) else entries
    return found
