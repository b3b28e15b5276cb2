"""Every fault in a stack's configuration is said in one line: file, place, value, what is wanted."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import yamltext
from config.load import read_file
from tests.unit.config.documents import FILE, Document, changed, faults, good, read

# (place as dotted path below the project, value to put there, what the line must say after the place)
CASES: list[tuple[str, Any, str]] = [
    ("relaese", "1", "is not a setting; did you mean release?"),
    ("zzz", "1", "is not a setting; known are platform, release, controlPlane"),
    ("dataPlanes.prod.apiport", 1, "is not a setting; did you mean apiPort?"),
    (
        "dataPlanes.prod.workloads",
        {"api": {"memoryMiB": 1}},
        ".api.memoryMiB is not a setting; did you mean memoryMib?",
    ),
    ("controlPlane", {"x": 1}, ".x is not a setting; known are consolePort"),
    ("platform", "podman", 'is "podman"; wanted docker'),
    ("release", "", 'is ""; wanted letters, digits'),
    ("dataPlanes", {}, "is {}; wanted at least one entry"),
    ("dataPlanes", [1], "is [1]; wanted a mapping"),
    ("dataPlanes.dev", None, "is null; wanted a mapping"),
    ("dataPlanes.dev", {"apiPort": 1}, ".otlpHttpPort is missing; add it"),
    ("dataPlanes.Dev", {"apiPort": 1, "otlpHttpPort": 2}, "cannot be named so; wanted lower-case letters"),
    ("dataPlanes.dev-", {"apiPort": 1, "otlpHttpPort": 2}, "cannot be named so; wanted lower-case letters"),
    ("dataPlanes." + 21 * "a", {"apiPort": 1, "otlpHttpPort": 2}, "cannot be named so; wanted at most 20 characters"),
    ("dataPlanes.control", {"apiPort": 1, "otlpHttpPort": 2}, 'another name: "control" is the control plane'),
    ("dataPlanes.prod.workloads", {"collector": {}}, ".collector cannot be named so; wanted another name"),
    ("dataPlanes.prod.workloads", {}, "is {}; wanted at least one entry"),
    ("dataPlanes.prod.apiPort", "8081", 'is "8081"; wanted a whole number'),
    ("dataPlanes.prod.apiPort", True, "is true; wanted a whole number"),
    ("dataPlanes.prod.apiPort", 80.5, "is 80.5; wanted a whole number"),
    ("dataPlanes.prod.apiPort", 0, "is 0; wanted at least 1"),
    ("dataPlanes.prod.apiPort", 65536, "is 65536; wanted at most 65535"),
    ("dataPlanes.prod.environment", "Prod!", 'is "Prod!"; wanted lower-case letters'),
    ("controlPlane", {"retention": 0}, ".retention is 0; wanted a text"),
    ("controlPlane", {"retention": "0d"}, '.retention is "0d"; wanted a whole number above 0 followed by'),
    ("controlPlane", {"retention": "15"}, '.retention is "15"; wanted a whole number above 0 followed by'),
    ("controlPlane", {"retentionSize": "0GB"}, '.retentionSize is "0GB"; wanted a whole number above 0 followed by MB'),
    ("controlPlane", {"scrapeIntervalSeconds": 0}, ".scrapeIntervalSeconds is 0; wanted at least 1"),
    ("alerts", {"errorRatio": 1.5}, ".errorRatio is 1.5; wanted at most 1"),
    ("alerts", {"errorRatio": float("nan")}, ".errorRatio is NaN; wanted a finite number"),
    ("alerts", {"latencyP95Seconds": 0}, ".latencyP95Seconds is 0; wanted more than 0"),
    ("docker", {"bindAddress": "localhost"}, '.bindAddress is "localhost"; wanted an IPv4 or IPv6 address'),
    ("docker", {"addressPool": "10.0.0.0/28"}, '.addressPool is "10.0.0.0/28"; wanted an IPv4 network of /8 to /24'),
    ("images", {"redis": {}}, ".redis cannot be named so; wanted prometheus, alertmanager"),
    ("images", {"api": {"digest": "sha256:0"}}, '.api.digest is "sha256:0"; wanted sha256: followed by 64'),
    ("policies", "off", 'is "off"; wanted advisory or mandatory'),
    ("data", "drop", 'is "drop"; wanted keep or delete'),
]


@pytest.mark.parametrize(("place", "value", "says"), CASES, ids=[f"{place}={value}" for place, value, _ in CASES])
def test_a_fault_names_file_place_value_and_what_is_wanted(place: str, value: Any, says: str) -> None:
    (line,) = faults(changed(place, value))
    assert line.startswith(f"{FILE}: planewatch:{place}")
    assert says in line
    assert "^" not in line, "a regular expression explains nothing to a person"


def test_a_missing_key_is_named() -> None:
    assert faults({}) == [f"{FILE}: planewatch:dataPlanes is missing; add it"]


def test_a_bad_stack_name_is_told_with_the_other_faults() -> None:
    lines = faults({"dataPlanes": {}}, "My_Stack")
    assert lines[0].startswith("stack name 'My_Stack': wanted at most 20 lower-case letters")
    assert len(lines) == 2


def test_all_faults_are_told_at_once() -> None:
    document = {
        "relaese": "1",
        "controlPlane": {"retention": "0d", "consolePort": 1},
        "dataPlanes": {
            "control": {"apiPort": 1, "otlpHttpPort": 2},
            "Dev": {"apiPort": 1, "otlpHttpPort": 0},
            "prod": {"apiPort": 3, "otlpHttpPort": 9090},
        },
        "policies": "off",
    }
    text = "\n".join(lines := faults(document))
    for place in ("relaese", "controlPlane.retention", "dataPlanes.control", "dataPlanes.Dev", "Dev.otlpHttpPort"):
        assert place in text
    assert (
        "port 1 is given to controlPlane.consolePort and dataPlanes.control.apiPort and dataPlanes.Dev.apiPort" in text
    )
    assert "port 9090 is given to controlPlane.prometheusPort and dataPlanes.prod.otlpHttpPort" in text
    assert len(lines) == 8


def test_a_shared_port_names_both_places() -> None:
    (line,) = faults(changed("dataPlanes.dev", {"apiPort": 8080, "otlpHttpPort": 4382}))
    assert line == (
        f"{FILE}: port 8080 is given to controlPlane.consolePort and dataPlanes.dev.apiPort; "
        "wanted a different one for each"
    )


@pytest.mark.parametrize(
    ("planes", "says"),
    [
        ({"eu": {"api-v2": {}}, "eu-api": {"v2": {}}}, "planes eu and eu-api would both have a container eu-api-v2"),
        ({"eu": {"api": {}}, "eu-scrape": {"api": {}}}, "planes eu-scrape and eu would both have a network eu-scrape"),
    ],
)
def test_names_that_meet_on_the_engine_are_refused(planes: dict[str, Document], says: str) -> None:
    document = {
        "dataPlanes": {
            name: {"apiPort": 10 + 2 * number, "otlpHttpPort": 11 + 2 * number, "workloads": workloads}
            for number, (name, workloads) in enumerate(planes.items())
        }
    }
    (line,) = faults(document)
    assert says in line
    assert "rename one" in line


def test_a_name_that_no_name_server_holds_is_refused() -> None:
    document = {"dataPlanes": {"p" * 20: {"apiPort": 1, "otlpHttpPort": 2, "workloads": {"w" * 20: {}}}}}
    (line,) = faults(document, "s" * 20)
    assert f"workload {'w' * 20} of plane {'p' * 20} gets a name of 73 characters" in line
    assert "wanted at most 63" in line
    assert read(document, "short").data_planes


@pytest.mark.parametrize("word", ["hunter2-correct-horse"])
def test_secrets_are_not_repeated(word: str) -> None:
    variable = {"api": {"environmentVariables": {"TOKEN": [word]}}}
    for document, secret in (
        (changed("dataPlanes.prod.workloads", variable), set[str]()),
        (changed("images", {"api": {"reference": f"https://user:{word}@example/image:1"}}), set[str]()),
        (changed("release", f"!{word}"), {"release"}),
        (changed("dataPlanes.prod.environment", f"!{word}"), {"dataPlanes"}),
        ({**good(), "alertWebhookUrl": word, "zzz": word}, set[str]()),
    ):
        lines = faults(document, secret=secret)
        assert len(lines) == 1
        assert word not in lines[0]


@given(st.text(min_size=100))
def test_neither_long_values_nor_odd_names_flood_the_terminal(text: str) -> None:
    for document in (
        changed("dataPlanes.prod.environment", text),
        {"dataPlanes": {f"!{text}": {"apiPort": 1, "otlpHttpPort": 2}}},
    ):
        (line,) = faults(document)
        assert line.replace("…", "").isascii()
        assert len(line) < 300


@pytest.mark.parametrize(
    "text",
    [
        "config:\n  planewatch:release: a\n  planewatch:release: b\n",
        "config:\n  planewatch:dataPlanes:\n    prod: {apiPort: 1}\n    dev: {}\n    prod: {}\n",
        "a: 1\nconfig: {}\na: 2\n",
    ],
)
def test_a_key_that_stands_twice_is_refused(text: str) -> None:
    with pytest.raises(yamltext.DuplicateKeyError, match=r"in line \d is there already in line \d"):
        read_file(text)


def test_anchors_and_merged_mappings_are_read() -> None:
    text = "base: &base {a: 1, b: 2}\nown: {<<: *base, b: 3}\n"
    assert yamltext.load(text)["own"] == {"a": 1, "b": 3}
