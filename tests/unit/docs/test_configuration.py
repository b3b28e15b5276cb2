"""The reference names every setting with type, default, unit, bounds and meaning."""

import re
from collections.abc import Iterator

import pytest

from docs.generate import configuration, wording
from docs.generate.settings import Schema, settings

PAGE = configuration.render()


def everything(schema: Schema, place: str = "") -> Iterator[tuple[str, Schema]]:
    """Yield the place and schema of every setting, also those of entries."""
    for name, each in schema["properties"].items():
        here = f"{place}.{name}".removeprefix(".")
        yield here, each
        for below in (each, each.get("additionalProperties"), each.get("items")):
            if isinstance(below, dict) and "properties" in below:
                yield from everything(below, here)


SETTINGS = list(everything(settings()))


@pytest.mark.parametrize(("place", "schema"), SETTINGS, ids=[place for place, _ in SETTINGS])
def test_a_setting_is_described_in_whole_sentences_and_has_its_row(place: str, schema: Schema) -> None:
    text = schema["description"]
    assert re.fullmatch(r"[A-Z].*\.", text), text
    assert "``" not in text, "the page is Markdown"
    assert re.search(rf"^\| `{place.rpartition('.')[2]}` \|.*\| {re.escape(text)} \|$", PAGE, re.MULTILINE)


@pytest.mark.parametrize(
    "row",
    [
        "| `memoryMib` | integer, MiB | `160` | 16 to 33,554,432 | Memory limit of each container. |",
        "| `apiPort` | integer | required | 1 to 65535; no port that browsers block | Port of the host for the ",
        "| `maximumSeries` | integer, series | `1000000` | 10000 to 500,000,000 | ",
        "| `monthlyUsd` | integer, USD | required | 1 to 1,000,000,000 | What the stack may cost a month. |",
        "| `emails` | list of text | required | 1 to 10 entries; each: at most 254 characters; an e-mail address, ",
        "| `cpus` | number, cores | `0.5` | > 0 | CPU limit of each container. |",
        "| `prometheusOperator` | true or false | `false` | | ",
        "| `policies` | text | `mandatory` | `advisory`, `mandatory` | ",
        "| `ingress` | [settings](#kubernetesingress) | none | | ",
        "| `tolerations` | [list of settings](#kubernetestolerations) | none | | ",
        "| `alertWebhookUrl` | secret text | none | | ",
        "| `otlpTokens.<plane>` | secret text | none | | ",
        "| `secrets.<name>` | secret text | none | | ",
    ],
)
def test_a_row_reads_so(row: str) -> None:
    assert re.search(rf"^{re.escape(row)}", PAGE, re.MULTILINE)


@pytest.mark.parametrize(
    ("schema", "says"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 20}, "1 to 20"),
        ({"type": "number", "minimum": 0.5, "exclusiveMaximum": 10.0}, "≥ 0.5; < 10"),
        ({"type": ["string", "null"], "maxLength": 1}, "at most 1 character"),
        ({"type": "array", "items": {"type": "string"}, "minItems": 1}, "at least 1 entry"),
        ({"type": "array", "items": {"type": "integer", "maximum": 3}}, "each: ≤ 3"),
        ({"type": ["string", "null"], "enum": ["a", None]}, "`a`"),
        (
            {"type": "object", "additionalProperties": {"type": "boolean"}, "propertyNames": {"words": "short"}},
            "names: short",
        ),
        ({"type": "string", "words": "a word", "excluding": "not `x`"}, "a word; not `x`"),
        ({"type": "boolean"}, ""),
    ],
)
def test_bounds_in_words(schema: Schema, says: str) -> None:
    assert wording.bounds(schema) == says
