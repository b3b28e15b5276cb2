"""What a word without quotes is in a stack file, and which words YAML's readers take for different things."""

import re
from typing import Any

_PREFIX = "tag:yaml.org,2002:"
STR, NULL, MERGE = f"{_PREFIX}str", f"{_PREFIX}null", f"{_PREFIX}merge"
UNCLEAR = "!unclear"
# Tags of what a configuration holds; YAML knows dates, bytes and sets beside them.
KNOWN = frozenset(
    {*(f"{_PREFIX}{kind}" for kind in ("str", "null", "bool", "int", "float", "map", "seq", "merge")), UNCLEAR}
)

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLS = frozenset({"true", "True", "TRUE", "false", "False", "FALSE"})
# Digits as JSON writes them, which all read alike; of an integer, 15 are kept by 64-bit floating point.
_PLAIN_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+([eE][-+][0-9]+)?)?")
_MOST_DIGITS = 15
# What Go's yaml.v3 takes for a number (after removing _) or a date.
_GO_NUMBER = re.compile(
    r"[-+]?(0[xX][0-9a-fA-F]+|0[oO][-+]?[0-7]+|0[bB][-+]?[01]+|(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?)"
)
_GO_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ][0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}.*)?")


def tag_of(word: str, usual: str) -> str:
    """Return the tag of a word without quotes; ``usual`` is the tag that PyYAML has for it."""
    if word in _NULLS:
        return NULL
    if word in _BOOLS:
        return f"{_PREFIX}bool"
    if word == "<<":
        return MERGE
    if number := _PLAIN_NUMBER.fullmatch(word):
        if number[2]:
            return f"{_PREFIX}float"
        return f"{_PREFIX}int" if len(number[1]) <= _MOST_DIGITS else UNCLEAR
    return STR if usual == STR and not _is_go_number(word) and _GO_DATE.fullmatch(word) is None else UNCLEAR


def as_pulumi_reads(word: str) -> Any:  # noqa: ANN401  a number or text
    """Return what Pulumi takes an unclear word for, as far as that matters to us: numbers, else text."""
    if not _is_go_number(word):
        return word
    number = word.replace("_", "")
    try:
        return int(number, 0)
    except ValueError:
        pass
    try:
        return float(number)
    except ValueError:
        return word


def fault(word: str, shown: str | None) -> str:
    """Return what is wrong with an unclear word, in words that repeat ``shown`` only (None: nothing of it)."""
    got, quoted = (shown, f'"{shown}"') if shown is not None else ("written without quotes", "quotes around it")
    other = ""
    if word.lower() in ("yes", "on", "no", "off"):
        other = f", or {'true' if word.lower() in ('yes', 'on') else 'false'}"
    elif _is_go_number(word):
        other = ", or a number in plain decimal digits"
    return f"is {got}, which is text to one reader of YAML and something else to another; write {quoted}{other}"


def _is_go_number(word: str) -> bool:
    return word[:1] in "+-.0123456789" and _GO_NUMBER.fullmatch(word.replace("_", "")) is not None
