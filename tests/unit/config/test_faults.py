"""Every error in a stack's configuration is one line: file, setting, what it must be, the value got."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import yamltext
from config.load import read_file
from tests.unit.config.documents import FILE, Document, changed, faults, good, read

# (place as dotted path below the project, value to put there, what the line must say after the place)
CASES: list[tuple[str, Any, str]] = [
    ("relaese", "1", "is not a known setting; did you mean release?"),
    (
        "zzz",
        "1",
        (
            "is not a known setting; known: platform, release, controlPlane, dataPlanes, alerts, docker,"
            " kubernetes, aws, images, policies, data, alertWebhookUrl, otlpTokens, secrets"
        ),
    ),
    ("dataPlanes.prod.apiport", 1, "is not a known setting; did you mean apiPort?"),
    (
        "dataPlanes.prod.workloads",
        {"api": {"memoryMiB": 1}},
        ".api.memoryMiB is not a known setting; did you mean memoryMib?",
    ),
    (
        "controlPlane",
        {"x": 1},
        (
            ".x is not a known setting; known: consolePort, prometheusPort, alertmanagerPort, console, retention,"
            " retentionSize, scrapeIntervalSeconds"
        ),
    ),
    ("platform", "podman", 'must be docker, kubernetes or eks (got "podman")'),
    (
        "release",
        "",
        'must be a version: letters, digits and . _ + -, starting and ending with a letter or digit (got "")',
    ),
    ("dataPlanes", {}, "must have at least one entry (got {})"),
    ("dataPlanes", [1], "must be a mapping (`key: value` lines) (got [1])"),
    ("dataPlanes.dev", None, "must be a mapping (`key: value` lines) (got null)"),
    ("dataPlanes.dev", {"apiPort": 8001}, ".otlpHttpPort is required; add it"),
    (
        "dataPlanes.Dev",
        {"apiPort": 8001, "otlpHttpPort": 8002},
        (
            ": this name must be a DNS label: lower-case letters, digits and hyphens, starting with a"
            " letter, not ending with a hyphen"
        ),
    ),
    (
        "dataPlanes.dev-",
        {"apiPort": 8001, "otlpHttpPort": 8002},
        (
            ": this name must be a DNS label: lower-case letters, digits and hyphens, starting with a"
            " letter, not ending with a hyphen"
        ),
    ),
    ("dataPlanes." + 21 * "a", {"apiPort": 8001, "otlpHttpPort": 8002}, ": this name must have ≤ 20 characters"),
    (
        "dataPlanes.control",
        {"apiPort": 8001, "otlpHttpPort": 8002},
        ': this name must not be "control", the name of the control plane',
    ),
    (
        "dataPlanes.prod.workloads",
        {"collector": {}},
        '.collector: this name must not be "collector", the name of the plane\'s own collector',
    ),
    ("dataPlanes.prod.workloads", {}, "must have at least one entry (got {})"),
    ("dataPlanes.prod.apiPort", "8081", 'must be an integer (got "8081")'),
    ("dataPlanes.prod.apiPort", True, "must be an integer (got true)"),
    ("dataPlanes.prod.apiPort", 80.5, "must be an integer (got 80.5)"),
    ("dataPlanes.prod.apiPort", 0, "must be ≥ 1 (got 0)"),
    ("dataPlanes.prod.apiPort", 65536, "must be ≤ 65535 (got 65536)"),
    (
        "dataPlanes.prod.environment",
        "Prod!",
        (
            "must be a DNS label: lower-case letters, digits and hyphens, starting with a letter, not"
            ' ending with a hyphen (got "Prod!")'
        ),
    ),
    ("controlPlane", {"retention": 0}, ".retention must be a string in quotes (got 0)"),
    (
        "controlPlane",
        {"retention": "0d"},
        '.retention must be a duration: an integer > 0 and h, d, w or y, e.g. 15d (got "0d")',
    ),
    (
        "controlPlane",
        {"retention": "15"},
        '.retention must be a duration: an integer > 0 and h, d, w or y, e.g. 15d (got "15")',
    ),
    (
        "controlPlane",
        {"retentionSize": "0GB"},
        '.retentionSize must be a size: an integer > 0 and MB, GB or TB, e.g. 20GB (got "0GB")',
    ),
    ("controlPlane", {"scrapeIntervalSeconds": 0}, ".scrapeIntervalSeconds must be ≥ 1 (got 0)"),
    ("alerts", {"errorRatio": 1.5}, ".errorRatio must be ≤ 1 (got 1.5)"),
    ("alerts", {"errorRatio": float("nan")}, ".errorRatio must be a finite number (got NaN)"),
    ("alerts", {"latencyP95Seconds": 0}, ".latencyP95Seconds must be > 0 (got 0)"),
    ("alerts", {"egress": {"ports": []}}, ".egress.ports must have at least one entry (got [])"),
    ("alerts", {"egress": {"ports": [0]}}, ".egress.ports.0 must be ≥ 1 (got 0)"),
    (
        "dataPlanes.prod.workloads",
        {"api": {"egress": [{"cidrs": ["hooks.example.com"]}]}},
        '.api.egress.0.cidrs.0 must be a network in CIDR form, e.g. 10.0.0.0/8 (got "hooks.example.com")',
    ),
    (
        "dataPlanes.prod.workloads",
        {"api": {"egress": [{"cidrs": ["10.1.2.3/8"]}]}},
        (
            ".api.egress.0.cidrs.0 must be a network in CIDR form, e.g. 10.0.0.0/8: 10.1.2.3/8 has host bits set"
            ' (got "10.1.2.3/8")'
        ),
    ),
    *(
        (
            "alerts",
            {"latencyP95Seconds": limit},
            (
                ".latencyP95Seconds must be ≥ 0.005 and < 10, the smallest and the largest bucket of"
                f" http.server.request.duration (got {limit})"
            ),
        )
        for limit in (0.004, 10, 12)
    ),
    ("docker", {"bindAddress": "localhost"}, '.bindAddress must be an IPv4 or IPv6 address (got "localhost")'),
    (
        "docker",
        {"addressPool": "10.0.0.0/28"},
        '.addressPool must be an IPv4 network of /8 to /24, e.g. 10.128.0.0/9 (got "10.0.0.0/28")',
    ),
    (
        "images",
        {"redis": {}},
        ".redis: this name must be prometheus, alertmanager, collector, thanos, utility, api or console",
    ),
    (
        "images",
        {"api": {"digest": "sha256:0"}},
        '.api.digest must be a digest: sha256: and 64 hexadecimal digits (got "sha256:0")',
    ),
    ("policies", "off", 'must be advisory or mandatory (got "off")'),
    ("data", "drop", 'must be keep or delete (got "drop")'),
]


@pytest.mark.parametrize(("place", "value", "says"), CASES, ids=[f"{place}={value}" for place, value, _ in CASES])
def test_a_fault_names_file_place_value_and_what_it_must_be(place: str, value: Any, says: str) -> None:
    (line,) = faults(changed(place, value))
    assert line.startswith(f"{FILE}: planewatch:{place}")
    assert says in line
    assert "^" not in line, "a regular expression explains nothing to a person"


@pytest.mark.parametrize("caller", ["worker", "shop", "collector"])
def test_callers_are_other_workloads_of_the_plane(caller: str) -> None:
    (line,) = faults(changed("dataPlanes.prod.workloads", {"api": {}, "shop": {"callers": [caller]}}))
    if caller == "collector":
        assert "must not be" in line
        return
    said = f"workloads.shop.callers must name other workloads of the plane: api (got {caller})"
    assert line == f"{FILE}: planewatch:dataPlanes.prod: {said}"


def test_a_missing_key_is_named() -> None:
    assert faults({}) == [f"{FILE}: planewatch:dataPlanes is required; add it"]


def test_a_bad_stack_name_is_reported_with_the_other_faults() -> None:
    lines = faults({"dataPlanes": {}}, "My_Stack")
    assert lines[0].startswith("the stack's name must have ≤ 20 lower-case letters, digits and hyphens")
    assert lines[0].endswith("(got 'My_Stack')")
    assert len(lines) == 2


def test_all_faults_are_reported_at_once() -> None:
    document = {
        "relaese": "1",
        "controlPlane": {"retention": "0d", "consolePort": 8001},
        "dataPlanes": {
            "control": {"apiPort": 8001, "otlpHttpPort": 8002},
            "Dev": {"apiPort": 8001, "otlpHttpPort": 0},
            "prod": {"apiPort": 8003, "otlpHttpPort": 9090},
        },
        "policies": "off",
    }
    text = "\n".join(lines := faults(document))
    for place in ("relaese", "controlPlane.retention", "dataPlanes.control", "dataPlanes.Dev", "Dev.otlpHttpPort"):
        assert place in text
    assert (
        "port 8001 is used by controlPlane.consolePort and dataPlanes.control.apiPort and dataPlanes.Dev.apiPort"
        in text
    )
    assert "port 9090 is used by controlPlane.prometheusPort and dataPlanes.prod.otlpHttpPort" in text
    assert len(lines) == 8


def test_a_shared_port_names_both_places() -> None:
    (line,) = faults(changed("dataPlanes.dev", {"apiPort": 8080, "otlpHttpPort": 4382}))
    assert line == (
        f"{FILE}: port 8080 is used by controlPlane.consolePort and dataPlanes.dev.apiPort; give each a port of its own"
    )


@pytest.mark.parametrize(
    ("planes", "says"),
    [
        ({"eu": {"api-v2": {}}, "eu-api": {"v2": {}}}, "planes eu and eu-api would both have a container eu-api-v2"),
        (
            {"eu": {"api": {"beside": {"v2": {}}}}, "eu-api": {"v2": {}}},
            "planes eu and eu-api would both have a container eu-api-v2",
        ),
        ({"eu": {"api": {}}, "eu-scrape": {"api": {}}}, "planes eu-scrape and eu would both have a network eu-scrape"),
    ],
)
def test_names_that_meet_on_the_engine_are_refused(planes: dict[str, Document], says: str) -> None:
    document = {
        "dataPlanes": {
            name: {"apiPort": 8110 + 2 * number, "otlpHttpPort": 8111 + 2 * number, "workloads": workloads}
            for number, (name, workloads) in enumerate(planes.items())
        }
    }
    (line,) = faults(document)
    assert says in line
    assert "rename one" in line


def test_a_name_that_no_name_server_holds_is_refused() -> None:
    document = {"dataPlanes": {"p" * 20: {"apiPort": 8001, "otlpHttpPort": 8002, "workloads": {"w" * 20: {}}}}}
    (line,) = faults(document, "s" * 20)
    full = f"planewatch-{'s' * 20}-{'p' * 20}-{'w' * 20}"
    assert f"workload {'w' * 20} of plane {'p' * 20}: its full name {full} must be ≤ 63 characters (got 73)" in line
    assert read(document, "short").data_planes


@pytest.mark.parametrize("word", ["hunter2-correct-horse"])
def test_secrets_are_not_repeated(word: str) -> None:
    variable = {"api": {"environmentVariables": {"TOKEN": [word]}}}
    for document, secret in (
        (changed("dataPlanes.prod.workloads", variable), set[str]()),
        (changed("images", {"api": {"reference": f"https://user:{word}@example/image:1"}}), set[str]()),
        (changed("release", f"!{word}"), {"release"}),
        (changed("dataPlanes.prod.environment", f"!{word}"), {"dataPlanes"}),
        ({**good(), "alertWebhookUrl": f"https://hooks.example.com/{word}", "zzz": word}, set[str]()),
        ({**good(), "alertWebhookUrl": word}, {"alertWebhookUrl"}),
    ):
        lines = faults(document, secret=secret)
        assert len(lines) == 1
        assert word not in lines[0]


@given(st.text(min_size=100))
def test_neither_long_values_nor_odd_names_flood_the_terminal(text: str) -> None:
    for document in (
        changed("dataPlanes.prod.environment", text),
        {"dataPlanes": {f"!{text}": {"apiPort": 8001, "otlpHttpPort": 8002}}},
    ):
        (line,) = faults(document)
        assert re.sub("[…≤≥]", "", line).isascii()
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
    with pytest.raises(yamltext.DuplicateKeyError, match=r"duplicate key '.*' in line \d, first in line \d"):
        read_file(text)


def test_anchors_and_merged_mappings_are_read() -> None:
    text = "base: &base {a: 1, b: 2}\nown: {<<: *base, b: 3}\n"
    assert yamltext.load(text)["own"] == {"a": 1, "b": 3}
