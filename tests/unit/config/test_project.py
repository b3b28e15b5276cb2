"""`Pulumi.yaml` declares what has a default, with that default.

The engine demands a key that is declared without one of every stack.
"""

from typing import Any

import pytest
import yaml

from config.model import PROJECT
from config.settings import StackSettings
from docs.generate.settings import settings
from tests.harness.pulumi import ROOT
from tests.unit.config.documents import good

DECLARED: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())["config"]
KEYS = settings()
# To the engine a default of null is none.
OPTIONAL = [
    name for name, key in KEYS["properties"].items() if name not in KEYS["required"] and "null" not in key["type"]
]


def test_every_key_with_a_default_is_declared_and_no_other() -> None:
    assert set(DECLARED) == {f"{PROJECT}:{name}" for name in OPTIONAL}


@pytest.mark.parametrize("name", OPTIONAL)
def test_a_declared_default_is_the_model_s(name: str) -> None:
    declared = DECLARED[f"{PROJECT}:{name}"]
    assert declared["default"] is not None
    said = StackSettings.model_validate({**good(), name: declared["default"]})
    unsaid = StackSettings.model_validate(good())
    assert said.model_dump() == unsaid.model_dump()


@pytest.mark.parametrize("name", OPTIONAL)
def test_a_declaration_has_the_model_s_type_and_words(name: str) -> None:
    declared, key = DECLARED[f"{PROJECT}:{name}"], KEYS["properties"][name]
    assert (declared["type"], declared["description"]) == (key["type"], key["description"])
