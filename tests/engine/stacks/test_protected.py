"""`down` on a stack that protects something takes nothing away."""

import json
from typing import Any

import pytest

from delivery import deploy
from delivery.errors import CommandError
from tests.engine.stacks.conftest import MakeStack
from tests.harness.pulumi import PulumiStack
from tests.harness.settings import local_settings


def recorded(stack: PulumiStack) -> dict[str, Any]:
    exported: dict[str, Any] = json.loads(stack.pulumi("stack", "export", merge=False).succeeded().text)
    return exported


def component(stack: PulumiStack, name: str, **options: bool) -> dict[str, Any]:
    kind = "planewatch:components:DataPlane"
    return {"urn": f"urn:pulumi:{stack.name}::planewatch::{kind}::{name}", "type": kind, **options}


def test_nothing_goes_where_something_is_protected(make_stack: MakeStack, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"):
        monkeypatch.delenv(name, raising=False)
    stack = make_stack(local_settings(["prod"]))
    state = recorded(stack)
    state["deployment"]["resources"] = [component(stack, "open"), component(stack, "data", protect=True)]
    file = stack.folder / "state.json"
    file.write_text(json.dumps(state))
    stack.pulumi("stack", "import", "--file", str(file)).succeeded()
    for delete_data in (False, True):
        with pytest.raises(CommandError, match="nothing was deleted:\n    planewatch:components:DataPlane data"):
            deploy.down(stack.workspace, delete_data=delete_data)
    names = [entry["urn"].rpartition("::")[2] for entry in recorded(stack)["deployment"]["resources"]]
    assert names == ["open", "data"]
