"""Every valid stack parses, and means what it says."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings

from config.load import parse, read_file
from config.patterns import WORDS
from config.settings import StackSettings, is_stack_name
from tests.harness.examples import examples
from tests.unit.config.documents import Document, documents, good, read

ROOT = Path(__file__).resolve().parents[3]


@given(documents())
@hypothesis_settings(max_examples=examples(25))
def test_any_valid_stack_parses_to_what_it_says(document: Document) -> None:
    settings = read(document)
    assert set(settings.data_planes) == set(document["dataPlanes"])
    for name, plane in document["dataPlanes"].items():
        said = settings.data_planes[name]
        assert (said.api_port, said.otlp_http_port) == (plane["apiPort"], plane["otlpHttpPort"])
        assert list(said.workloads) == list(plane.get("workloads", {"api": {}}))
    ports = [port for _, port in settings.published_ports()]
    assert len(ports) == len(set(ports)) == 3 + 2 * len(document["dataPlanes"])
    again = settings.model_dump(mode="json", by_alias=True, exclude_unset=True)
    assert StackSettings.model_validate(again) == settings


@pytest.mark.parametrize("file", sorted((ROOT / "stacks").glob("Pulumi.*.yaml")), ids=lambda path: path.name)
def test_every_stack_file_of_the_repository_parses(file: Path) -> None:
    assert parse("local", file.name, read_file(file.read_text())).data_planes


def test_defaults_are_the_safe_ones() -> None:
    settings = read(good())
    assert str(settings.docker.bind_address) == "127.0.0.1"
    assert (settings.policies, settings.data) == ("mandatory", "keep")
    assert settings.control_plane.retention == "15d"


def test_a_stack_file_reads_as_pulumi_hands_it_over() -> None:
    text = """
config:
  other:key: ignored
  planewatch:release: "1.0"
  planewatch:alertWebhookUrl:
    secure: v1:abc
  planewatch:dataPlanes:
    prod: {apiPort: 1, otlpHttpPort: 2}
"""
    values = read_file(text)
    assert values == {"release": "1.0", "dataPlanes": json.dumps({"prod": {"apiPort": 1, "otlpHttpPort": 2}})}


def test_every_pattern_has_words() -> None:
    def patterns(node: Any) -> Iterator[str]:
        # What a validator excludes ("not") it explains by itself.
        below = [value for key, value in node.items() if key != "not"] if isinstance(node, dict) else node
        if isinstance(node, dict) and isinstance(pattern := node.get("pattern"), str):
            yield pattern
        for each in below if isinstance(below, list) else ():
            yield from patterns(each)

    schema = StackSettings.model_json_schema()
    keys = {
        pattern
        for group in schema["$defs"].values()
        for each in group["properties"].values()
        for pattern in each.get("patternProperties", ())
    }
    found = {*patterns(schema), *keys}
    assert len(found) > 15
    assert found <= set(WORDS)


@pytest.mark.parametrize(
    ("name", "fits"),
    [("local", True), ("a" * 20, True), ("a" * 21, False), ("A", False), ("1a", False), ("a-", False), ("a\n", False)],
)
def test_stack_names_fit_into_the_names_of_containers(name: str, fits: bool) -> None:
    assert is_stack_name(name) is fits
