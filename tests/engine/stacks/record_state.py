"""Records what this release's deployed stack looks like, for releases to come.

``.venv/bin/python -m tests.engine.stacks.record_state v0.1.0`` deploys a small stack, writes its state and its stack
file to ``tests/golden/states/`` without anything of this machine in them, and destroys it.
"""

import json
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

from tests.harness.containers import engine_of
from tests.harness.pulumi import ROOT, PulumiStack, stack_name
from tests.harness.settings import local_settings

FOLDER = ROOT / "tests" / "golden" / "states"
# What the engine says of one deployment and what no preview looks at.
_OF_THE_DEPLOYMENT = ("created", "modified", "containerLogs")


def scrub(state: dict[str, Any]) -> dict[str, Any]:
    """Return an exported state without times, encryption and paths; raises ValueError when it holds a secret."""
    deployment = state["deployment"]
    deployment.pop("secrets_providers", None)
    deployment["manifest"] = {"time": "0001-01-01T00:00:00Z", "magic": "", "version": ""}
    deployment.pop("metadata", None)
    for resource in deployment["resources"]:
        for key in _OF_THE_DEPLOYMENT:
            resource.pop(key, None)
            resource.get("outputs", {}).pop(key, None)
        if "mountpoint" in resource.get("outputs", {}):
            resource["outputs"]["mountpoint"] = f"/var/lib/docker/volumes/{resource['outputs']['name']}/_data"
        resource.pop("sourcePosition", None)
        resource.pop("stackTrace", None)
    text = json.dumps(state)
    if found := re.search(rf"ciphertext|{re.escape(str(ROOT))}|/root/|/home/|/tmp/pytest", text):
        raise ValueError(f"the state holds a secret or a path of this machine: {found.group()}")
    return state


def record(release: str) -> None:
    """Deploy, record, destroy."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        stack = PulumiStack(name=stack_name("eng"), folder=Path(folder))
        settings = local_settings(["solo"])
        stack.write(settings)
        stack.select()
        try:
            stack.up().succeeded()
            state = scrub(json.loads(stack.pulumi("stack", "export", merge=False).succeeded().text))
            (FOLDER / f"{release}.json").write_text(json.dumps(state, indent=1, sort_keys=True) + "\n")
            (FOLDER / f"{release}.yaml").write_text(yaml.safe_dump(settings, sort_keys=False))
        finally:
            stack.destroy(delete_data=True)
            with engine_of(stack.name) as engine:
                engine.remove_leftovers()


if __name__ == "__main__":
    record(sys.argv[1])
