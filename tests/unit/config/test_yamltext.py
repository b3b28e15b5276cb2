"""Stack files as YAML: what is written is what is read, by us and by Pulumi, or it is refused with what to write."""

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from config import yamltext
from config.load import read_file

# Words that look like something else to one reader of YAML or another.
LOOKS = (
    *(
        "012345678901",
        "0123",
        "017",
        "0o17",
        "0x1F",
        "0b11",
        "1_000",
        "1e3",
        "1E3",
        "1.5e3",
        "+1",
        "+1.5",
        ".5",
        "1.",
        "-.5",
    ),
    *(
        "no",
        "No",
        "NO",
        "off",
        "on",
        "yes",
        "YES",
        "2026-01-01",
        "2026-1-1",
        "2026-01-01T00:00:00Z",
        "2026-01-01 10:00:00",
    ),
    *("12:30:45", "1:30", "190:20:30.15", "=", "<<", ".inf", "-.Inf", ".nan", ".NaN", "12345678901234567890", "1_0.5"),
)
# Words that only look so: all readers take them for text.
TEXT = (
    "y",
    "n",
    "15d",
    "20GB",
    "1.2.3",
    "10.0.0.0/8",
    "v1",
    "0.1.0-rc1",
    "a:b",
    "--",
    "e3",
    "0xZ",
    "1 000",
    "10:99",
)


def at(written: str) -> str:
    """Return a stack file with a word at a place below a key."""
    return f"config:\n  planewatch:dataPlanes:\n    prod:\n      value: {written}\n"


def value(text: str, **options: Any) -> Any:
    return yamltext.load(text, **options)["config"]["planewatch:dataPlanes"]["prod"]["value"]


@pytest.mark.parametrize("word", LOOKS)
def test_a_word_that_readers_take_for_different_things_is_refused_with_what_to_write(word: str) -> None:
    with pytest.raises(yamltext.MisreadError) as caught:
        yamltext.load(at(word))
    told = str(caught.value)
    assert told.startswith(f"line 4: planewatch:dataPlanes.prod.value is {word}, which is text to one reader of YAML")
    assert f'write "{word}"' in told
    assert value(at(f'"{word}"')) == value(at(f"'{word}'")) == value(at(f"!!str {word}")) == word


@pytest.mark.parametrize("word", TEXT)
def test_what_all_readers_take_for_text_is_text(word: str) -> None:
    assert value(at(word)) == yaml.safe_load(word) == word


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("8080", 8080),
        ("-1", -1),
        ("0.05", 0.05),
        ("1.10", 1.1),
        ("0.12345678901234567", 0.12345678901234567),
        ("1.5e-05", 1.5e-05),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("[1, a]", [1, "a"]),
        ("{a: 1}", {"a": 1}),
        ('!!int "8080"', 8080),
    ],
)
def test_plain_numbers_and_words_are_what_they_are_everywhere(written: str, read: Any) -> None:
    found = value(at(written))
    assert (found, type(found)) == (read, type(read))


@pytest.mark.parametrize(
    ("word", "other"),
    [("no", "or false"), ("On", "or true"), ("1e3", "or a number in plain decimal digits"), ("=", None)],
)
def test_the_other_thing_that_may_be_meant_is_said(word: str, other: str | None) -> None:
    with pytest.raises(yamltext.MisreadError) as caught:
        yamltext.load(at(word))
    assert str(caught.value).endswith(f'write "{word}", {other}' if other else f'write "{word}"')


def test_all_unclear_words_are_told_at_once_and_none_of_a_variable() -> None:
    text = at("{a: no, environmentVariables: {PIN: 0o1234}, list: [1, 2026-01-01]}")
    with pytest.raises(yamltext.MisreadError) as caught:
        yamltext.load(text)
    lines = str(caught.value).splitlines()
    assert [line.split(" ")[2] for line in lines] == [
        f"planewatch:dataPlanes.prod.value.{place}" for place in ("a", "environmentVariables.PIN", "list.1")
    ]
    assert "0o1234" not in str(caught.value)


def test_a_token_without_quotes_is_not_shown() -> None:
    with pytest.raises(yamltext.MisreadError, match=r"planewatch:otlpTokens\.prod is written without quotes") as caught:
        yamltext.load("config:\n  planewatch:otlpTokens:\n    prod: 0x1234567890abcdef\n")
    assert "0x1234567890abcdef" not in str(caught.value)


@pytest.mark.parametrize("word", [*LOOKS, *TEXT, "1.10", "true", "8080"])
def test_a_value_right_below_config_is_the_text_that_was_written(word: str) -> None:
    assert read_file(f"config:\n  planewatch:release: {word}\n") == {"release": word}


@pytest.mark.parametrize("word", [word for word in (*LOOKS, *TEXT, "1.10", "true", "8080", "null") if word != "<<"])
def test_a_key_is_the_text_that_was_written(word: str) -> None:
    assert value(at(f"{{{word} : a}}")) == {word: "a"}


def test_keys_that_are_the_same_text_are_duplicates() -> None:
    with pytest.raises(yamltext.DuplicateKeyError, match="duplicate key '1' in line 3, first in line 2"):
        yamltext.load('a:\n  1: x\n  "1": y\n')


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (at("!!binary aGk="), "has the tag tag:yaml.org,2002:binary, which stack files do not know"),
        (at("!!set {a, b}"), "has the tag tag:yaml.org,2002:set, which stack files do not know"),
        (at("!mine x"), "has the tag !mine, which stack files do not know; remove it"),
        (at('{"<<": c}'), 'planewatch:dataPlanes.prod.value has the key "<<", which Pulumi takes for a merge'),
        (at("{? [a, b] : c}"), "a key of planewatch:dataPlanes.prod.value must be text"),
        (at("&self {inner: *self}"), "planewatch:dataPlanes.prod.value.inner refers to itself; write it out"),
    ],
)
def test_what_a_configuration_cannot_hold_is_refused_with_its_line(text: str, says: str) -> None:
    with pytest.raises(yamltext.MisreadError, match="line 4: ") as caught:
        yamltext.load(text)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    "written", ['"\\nA"', '"\\n"', "|\n\n        A", '[a, "\\tA\\n"]', '{"\\nA": 1}', '{a: {? "\\n" : 1}}']
)
def test_a_start_of_several_lines_that_pulumi_loses_is_refused(written: str) -> None:
    with pytest.raises(yamltext.MisreadError, match=r"value.* has several lines and starts with .* remove it$"):
        yamltext.load(at(written))
    with pytest.raises(yamltext.MisreadError, match=r"line 2: planewatch:release has several lines"):
        yamltext.load('config:\n  planewatch:release: "\\nA"\n')
    assert value(at(written), strict=False)


def test_line_breaks_within_a_text_stay() -> None:
    assert value(at("|\n        A\n\n        B\n\n")) == "A\n\nB\n"
    assert value(at('"A\\n"')) == "A\n"
    assert value(at('"\\tA"')) == "\tA"


def test_what_pulumi_wrote_itself_is_read() -> None:
    assert value(at("2e+06"), strict=False) == 2_000_000.0
    assert value(at("no"), strict=False) == "no"
    assert value(at("0x1F"), strict=False) == 31


def test_an_empty_file_is_nothing() -> None:
    assert yamltext.load("# nothing\n") is None


WORDS = st.text().filter(lambda text: "\n" not in text or text[0] not in "\n\t\x85\u2028\u2029") | st.sampled_from(
    LOOKS
)
KEYS = WORDS.filter(lambda key: key != "<<")
TREES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**14), 10**14) | st.floats(-1e6, 1e6) | WORDS,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(KEYS, below, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(KEYS, TREES, max_size=3))
def test_what_is_written_is_read_again_by_us_and_by_any_reader(document: dict[str, Any]) -> None:
    text = yamltext.dump({"config": {"planewatch:other": document}})
    assert text.isascii()
    assert yamltext.load(text)["config"]["planewatch:other"] == document
    assert yaml.safe_load(text)["config"]["planewatch:other"] == document
