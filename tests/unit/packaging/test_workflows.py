"""GitHub workflows run only actions that are pinned by commit, each with its version for readers."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.harness.pulumi import ROOT

_FILES = sorted((ROOT / ".github" / "workflows").glob("*.y*ml"))
_USES = re.compile(r"^\s*(?:- )?uses: (?P<action>\S+)@(?P<ref>\S+)(?P<comment> # v\d+\.\d+\.\d+)?$", re.MULTILINE)


def _actions(document: Any) -> Iterator[str]:
    if isinstance(document, dict):
        if isinstance(document.get("uses"), str):
            yield document["uses"]
        document = list(document.values())
    if isinstance(document, list):
        for part in document:
            yield from _actions(part)


def test_there_are_workflows() -> None:
    assert _FILES != []


@pytest.mark.parametrize("file", _FILES, ids=lambda file: file.name)
def test_actions_are_pinned_by_commit_with_their_version(file: Any) -> None:
    text = file.read_text()
    found = list(_USES.finditer(text))
    assert [f"{use['action']}@{use['ref']}" for use in found] == list(_actions(yaml.safe_load(text)))
    assert [
        use[0].strip() for use in found if not re.fullmatch(r"[0-9a-f]{40}", use["ref"]) or not use["comment"]
    ] == []
