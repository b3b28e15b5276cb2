"""The schema for editors refuses and accepts what the loader does, as far as type and bounds go."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from jsonschema import Draft7Validator
from pydantic import ValidationError

from config.settings import StackSettings
from tests.harness.examples import examples
from tests.harness.pulumi import ROOT
from tests.harness.settings import local_settings
from tests.harness.stack_schema import FILE, complaints, validator
from tests.unit.config.documents import documents
from tests.unit.docs.everything import FULL, SHARED

STACK_FILES = sorted((ROOT / "stacks").glob("Pulumi.*.yaml"))
Place = tuple[str | int, ...]
# Values of every type, and at or beyond the bounds of many settings.
ODD: list[Any] = [None, True, -1, 0, 0.5, 10**9, "", "!x", "a" * 300, [], ["x"], {}, {"x": 1}]


def _places(node: Any, above: Place = ()) -> Iterator[Place]:
    entries = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, below in entries:
        yield (*above, key)
        yield from _places(below, (*above, key))


def _changed(document: dict[str, Any], place: Place, value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(document)
    target: Any = changed
    for key in place[:-1]:
        target = target[key]
    target[place[-1]] = value
    return changed


def _refused(document: dict[str, Any]) -> tuple[bool, bool]:
    """Tell whether the loader's model refuses a document, and whether it does by type or bounds alone."""
    try:
        StackSettings.model_validate(document)
    except ValidationError as error:
        return True, any(detail["type"] != "value_error" for detail in error.errors())
    return False, False


def test_it_is_a_valid_schema() -> None:
    Draft7Validator.check_schema(json.loads(FILE.read_text()))


@pytest.mark.parametrize("file", STACK_FILES, ids=lambda path: path.name)
def test_it_accepts_every_stack_file_and_each_names_it(file: Path) -> None:
    text = file.read_text()
    assert list(validator().iter_errors(yaml.safe_load(text))) == []
    assert text.startswith(f"# yaml-language-server: $schema={FILE.name}\n")


@pytest.mark.parametrize("document", [FULL, SHARED, local_settings(["prod", "dev"])], ids=["full", "shared", "local"])
def test_it_accepts_every_setting(document: dict[str, Any]) -> None:
    assert complaints(document) == []
    assert not _refused(document)[1]


def test_the_samples_use_every_setting() -> None:
    def keys(node: dict[str, Any]) -> Iterator[str]:
        for key, below in node.get("properties", {}).items():
            yield key
            yield from keys(below)
        for inner in (node.get("additionalProperties"), node.get("items")):
            if isinstance(inner, dict):
                yield from keys(inner)

    config = json.loads(FILE.read_text())["properties"]["config"]
    secrets = {"alertWebhookUrl", "otlpTokens", "secrets", "secure"}
    known = {key.removeprefix("planewatch:") for key in keys(config)} - secrets
    used = {str(place[-1]) for sample in (FULL, SHARED) for place in _places(sample)}
    assert known <= used


@given(documents())
@hypothesis_settings(max_examples=examples(16))
def test_it_accepts_any_valid_stack(document: dict[str, Any]) -> None:
    assert complaints(document) == []


@pytest.mark.parametrize("odd", ODD, ids=lambda value: json.dumps(value)[:20])
def test_it_refuses_at_every_place_what_the_loader_refuses_by_type_or_bounds(odd: Any) -> None:
    usual = set(_places(FULL))
    more = (place for place in _places(SHARED) if place not in usual)
    disagreed = []
    for sample, place in [*((FULL, place) for place in _places(FULL)), *((SHARED, place) for place in more)]:
        document = _changed(sample, place, odd)
        refused, by_type = _refused(document)
        said = bool(complaints(document))
        # The schema knows no rule between two settings; beyond that it may refuse only what the loader refuses.
        if (by_type and not said) or (said and not refused):
            disagreed.append(place)
    assert disagreed == []


def test_it_refuses_an_unknown_key_at_every_place_that_holds_settings() -> None:
    def groups(node: dict[str, Any], schema: dict[str, Any], place: Place = ()) -> Iterator[Place]:
        if schema.get("additionalProperties") is False:
            yield place
        for key, below in node.items():
            inner = schema.get("properties", {}).get(key, schema.get("additionalProperties"))
            if isinstance(below, dict) and isinstance(inner, dict):
                yield from groups(below, inner, (*place, key))

    config = json.loads(FILE.read_text())["properties"]["config"]
    keys = {key.removeprefix("planewatch:"): each for key, each in config["properties"].items()}
    places = list(groups(FULL, {"properties": keys, "additionalProperties": False}))
    assert len(places) > 15
    for place in places:
        assert any("notASetting" in line for line in complaints(_changed(FULL, (*place, "notASetting"), 1))), place


@pytest.mark.parametrize(
    ("key", "value", "accepted"),
    [
        ("alertWebhookUrl", {"secure": "v1:abc"}, True),
        ("alertWebhookUrl", "https://hooks.example.com/secret", False),
        ("otlpTokens", {"branch": {"secure": "v1:abc"}}, True),
        ("otlpTokens", {"secure": "v1:abc"}, True),
        ("secrets", {"orders-db": {"secure": "v1:abc"}}, True),
        ("secrets", {"orders-db": "hunter2"}, False),
        ("secrets", {"orders db": {"secure": "v1:abc"}}, False),
        ("otlpTokens", {"branch": "0123456789abcdef0123456789abcdef"}, False),
    ],
)
def test_secrets_are_encrypted(key: str, value: Any, *, accepted: bool) -> None:
    assert (complaints({**FULL, key: value}) == []) is accepted


def test_keys_of_other_projects_and_of_pulumi_are_not_its_business() -> None:
    file = {"config": {"aws:region": "eu-central-1", "planewatch:dataPlanes": FULL["dataPlanes"]}}
    assert list(validator().iter_errors({**file, "encryptionsalt": "v1:abc", "secretsprovider": "passphrase"})) == []
    assert list(validator().iter_errors({"config": {}}))
    assert list(validator().iter_errors({"config": {**file["config"], "planewatch:relaese": "1"}}))
