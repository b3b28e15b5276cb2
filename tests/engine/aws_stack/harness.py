"""A deployed AWS half on the simulated API."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from tests.engine.aws_stack.names import NAME, SETTINGS
from tests.harness.aws import REGION, SimulatedAws
from tests.harness.projects import Project
from tests.harness.settings import Settings

ACCOUNT = "123456789012"


def aws_settings(**changes: Mapping[str, Any] | str | bool) -> Settings:
    """Return settings for platform eks as a stack file says them; ``changes`` replace keys under ``aws``."""
    return {
        "platform": "eks",
        "release": "1.0.0",
        "aws": {
            "region": REGION,
            "ownership": {"owner": "platform-team", "costCenter": "observability"},
            "network": {"cidr": "10.64.0.0/16", "zones": 2, "nat": "one"},
            "notifications": {"critical": [{"protocol": "email", "endpoint": "oncall@example.com"}]},
            "cluster": {
                "version": "1.36",
                "administrators": [f"arn:aws:iam::{ACCOUNT}:role/operators"],
                "nodeGroup": {"instanceTypes": ["m7g.large"], "minimum": 2, "maximum": 4},
            },
            **changes,
        },
        "controlPlane": {"consolePort": 8080, "prometheusPort": 9090, "alertmanagerPort": 9093},
        "dataPlanes": {"prod": {"apiPort": 8081, "otlpHttpPort": 4381}},
    }


@dataclass(frozen=True)
class AwsHalf(Project):
    """A project whose program is the AWS half of a stack called ``name`` with the settings that were written last."""

    aws: SimulatedAws
    name: str = "half"

    @property
    def header(self) -> str:
        return "from tests.engine.aws_stack.half import build\n\nbuild()\n"

    @property
    def variables(self) -> dict[str, str]:
        return {**self.aws.environment, SETTINGS: str(self.folder / "settings.json"), NAME: self.name}

    def create(self) -> Self:
        super().create()
        return self

    def write(self, settings: Settings) -> None:
        """Write the settings; the next command works with them."""
        (self.folder / "settings.json").write_text(json.dumps(settings))

    def outputs(self, type_token: str) -> dict[str, dict[str, Any]]:
        """Return the recorded outputs of every resource of a type, by name."""
        recorded = json.loads(self.state_text("--show-secrets"))["deployment"]["resources"]
        return {entry["urn"].rpartition("::")[2]: entry["outputs"] for entry in recorded if entry["type"] == type_token}
