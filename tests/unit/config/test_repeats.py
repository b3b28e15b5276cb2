"""Repeats in lists and maps: each is refused with its place, or harmless. Every list of the settings is tried."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from config.settings import StackSettings
from tests.unit.config.documents import FILE, faults
from tests.unit.docs.everything import FULL, SHARED

Place = tuple[str | int, ...]
# A word of a command line may stand twice: `--add a --add b`.
WORDS = "command"


def _lists(node: Any, above: Place = ()) -> Iterator[Place]:
    if isinstance(node, list):
        yield above
    entries = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, below in entries:
        yield from _lists(below, (*above, key))


def _repeated(document: dict[str, Any], place: Place) -> dict[str, Any]:
    """Return the document with the first entry of the list at ``place`` in it once more."""
    changed = copy.deepcopy(document)
    entries: Any = changed
    for key in place:
        entries = entries[key]
    entries.append(copy.deepcopy(entries[0]))
    return changed


PLACES = [
    *((FULL, place) for place in _lists(FULL)),
    *((SHARED, place) for place in _lists(SHARED) if place not in set(_lists(FULL))),
]


def test_the_samples_have_every_list_of_the_settings() -> None:
    """``test_stack_schema`` holds that they use every setting; so each list has an entry to repeat."""
    groups = StackSettings.model_json_schema()["$defs"].values()
    known = {
        name
        for group in groups
        for name, each in group["properties"].items()
        if each.get("type") == "array" or any(one.get("type") == "array" for one in each.get("anyOf", ()))
    }
    assert len(known) > 10
    assert known <= {str(place[-1]) for _, place in PLACES}


@pytest.mark.parametrize(("sample", "place"), PLACES, ids=[".".join(map(str, place)) for _, place in PLACES])
def test_an_entry_that_stands_twice_is_refused_with_its_place(sample: dict[str, Any], place: Place) -> None:
    document = _repeated(sample, place)
    told = [line for line in faults(document) if line.startswith(f"{FILE}: planewatch:{'.'.join(map(str, place))} ")]
    if place[-1] == WORDS:
        assert told == []
        return
    assert len(told) == 1
    assert "must list each entry once: entries 1 and " in told[0]


@pytest.mark.parametrize(
    ("written", "says"),
    [("10.0.0.0/08", "be written as 10.0.0.0/8"), ("10.9.0.1/16", "has host bits set")],
)
def test_a_network_has_one_form_so_that_a_repeat_is_seen(written: str, says: str) -> None:
    document = copy.deepcopy(FULL)
    document["aws"]["cluster"]["privateAccessCidrs"] = ["10.9.0.0/16", written]
    assert any(says in line and written in line for line in faults(document))
