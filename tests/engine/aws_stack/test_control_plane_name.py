"""On AWS too a control plane may have any name: its roles, its namespace and everything that looks for it have it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.engine.aws_stack.harness import AwsHalf, aws_settings
from tests.engine.aws_stack.names import WATCH
from tests.harness.aws import SimulatedAws
from tests.harness.projects import Machine

METRICS: dict[str, dict[str, Any]] = {
    "agents": {},
    "scraper": {"collection": "scraper"},
    "workspaces": {"isolation": "workspace"},
}


@dataclass(frozen=True)
class Watched(AwsHalf):
    """A project whose program is a whole stack with a control plane of this name."""

    @property
    def header(self) -> str:
        return "from tests.engine.aws_stack.watch import build\n\nbuild()\n"


@pytest.mark.parametrize("metrics", METRICS)
def test_a_control_plane_may_have_any_name(metrics: str, machine: Machine, aws: SimulatedAws, tmp_path: Path) -> None:
    project = Watched(machine, tmp_path / "project", aws, "named").create()
    settings = aws_settings(registry=False, metrics=METRICS[metrics])
    settings["images"] = {name: {"reference": f"images.example/{name}:1.0.0"} for name in ("api", "console")}
    if metrics == "scraper":
        settings["controlPlane"]["scrapeIntervalSeconds"] = 30
    project.write(settings)
    steps = json.loads(project.run("preview", "--json"))["steps"]
    made = {step["urn"].split("::", 2)[2]: step["newState"].get("inputs", {}) for step in steps}
    (namespace,) = [made[urn] for urn in made if urn.endswith(f":Namespace::{WATCH}-namespace")]
    assert namespace["metadata"]["name"] == f"planewatch-named-{WATCH}"
    # Pods of the console take on their role where they run, and nobody waits for a zone that there is not.
    (console,) = [made[urn] for urn in made if urn.endswith(":PodIdentityAssociation::console")]
    assert (console["namespace"], console["serviceAccount"]) == (f"planewatch-named-{WATCH}", "console")
    assert [urn for urn, inputs in made.items() if "planewatch-named-control" in json.dumps(inputs)] == []
