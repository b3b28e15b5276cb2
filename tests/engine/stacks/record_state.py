"""Records what deployed stacks of this release look like, for releases to come.

``.venv/bin/python -m tests.engine.stacks.record_state v0.1.0`` deploys every stack file of ``stacks/`` that runs on
Docker or on the development cluster, writes each state with its stack file to ``tests/golden/states/v0.1.0/`` without
anything of this machine in them, and destroys it. More arguments name the stacks to record.
"""

import json
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

from tests.engine.stacks.test_golden import settings_of
from tests.harness.containers import engine_of
from tests.harness.pulumi import ROOT, PulumiStack

FOLDER = ROOT / "tests" / "golden" / "states"
# What the engine says of one deployment and what no preview looks at.
_OF_THE_DEPLOYMENT = ("created", "modified", "containerLogs")
# Stands in a recorded state for the path of the kubeconfig, which is each machine's own.
KUBECONFIG = "<kubeconfig>"
_TIMES = frozenset({"managedFields", "creationTimestamp", "resourceVersion"})
# The last words name what a secret is encrypted with, and the paths of whoever records.
_FORBIDDEN = rf"ciphertext|PRIVATE KEY|{re.escape(str(ROOT))}|/root/|/home/|/tmp/pytest"


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
        if isinstance(metadata := resource.get("outputs", {}).get("metadata"), dict):
            resource["outputs"]["metadata"] = {key: value for key, value in metadata.items() if key not in _TIMES}
        for properties in (resource.get("inputs", {}), resource.get("outputs", {})):
            if resource["type"] == "pulumi:providers:kubernetes" and "kubeconfig" in properties:
                properties["kubeconfig"] = KUBECONFIG
        resource.pop("sourcePosition", None)
        resource.pop("stackTrace", None)
    text = json.dumps(state)
    if found := re.search(_FORBIDDEN, text):
        raise ValueError(f"the state holds a secret or a path of this machine: {found.group()}")
    return state


def record(release: str, name: str) -> None:
    """Deploy the stack of ``stacks/``, write its state and its stack file, destroy it."""
    settings = settings_of(ROOT / "stacks" / f"Pulumi.{name}.yaml")
    with tempfile.TemporaryDirectory() as folder:
        stack = PulumiStack(name=name, folder=Path(folder))
        stack.write(settings)
        stack.select()
        try:
            stack.up().succeeded()
            write(release, name, json.loads(stack.pulumi("stack", "export", merge=False).succeeded().text), settings)
        finally:
            stack.destroy(delete_data=True)
            with engine_of(stack.name) as engine:
                engine.remove_leftovers()


def write(release: str, name: str, state: dict[str, Any], settings: dict[str, Any]) -> None:
    """Write an exported ``state``, scrubbed, and the settings that it was made with."""
    file = FOLDER / release / f"{name}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(scrub(state), indent=1, sort_keys=True) + "\n")
    file.with_suffix(".yaml").write_text(yaml.safe_dump(settings, sort_keys=False))


if __name__ == "__main__":
    for each in sys.argv[2:] or ["local", "dev"]:
        record(sys.argv[1], each)
