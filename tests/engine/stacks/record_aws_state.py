"""Records what the AWS half of a deployed stack looks like, for releases to come.

``.venv/bin/python -m tests.engine.stacks.record_aws_state before-0.2`` deploys, on a simulated account, what each of
``STACKS`` makes of AWS, and writes state and stack file to ``tests/golden/states/<release>/``. It is an update of the
real program, targeted at AWS: no Kubernetes cluster is needed, and nothing of the cluster's objects is in the state.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

from tests.engine.stacks.record_state import write
from tests.harness.aws import simulated_aws
from tests.harness.pulumi import ROOT, PulumiStack
from tests.harness.settings import Settings

# Resources of AWS, the components around them, and their provider.
TARGETS = tuple(
    f"--target=urn:pulumi:prod::planewatch::{types}::**"
    for types in ("**aws:**", "pulumi:providers:aws", "planewatch:components:*Plane")
)
# The value of a secret, and providers that hold secrets or lead to a cluster that is not there.
_LEFT_OUT = (
    "aws:secretsmanager/secretVersion:SecretVersion",
    "pulumi:providers:kubernetes",
    "pulumi:providers:pulumi-python",
)


def usual() -> Settings:
    """Return the settings of the stack file ``prod``, whose ports nobody listens at."""
    document = yaml.safe_load((ROOT / "stacks" / "Pulumi.prod.yaml").read_text())["config"]
    return {key.removeprefix("planewatch:"): value for key, value in document.items()}


def otherwise() -> Settings:
    """Return those of a stack that chooses otherwise wherever it can without somebody else's resources."""
    settings = usual()
    settings["aws"] |= {
        "network": {"cidr": "10.64.0.0/16", "zones": 2, "nat": "one"},
        "cluster": {
            "version": "1.36",
            "compute": "auto-mode",
            "administrators": ["arn:aws:iam::123456789012:role/operators"],
            "privateAccessCidrs": ["10.9.0.0/16"],
        },
        "identity": "irsa",
        "grafana": True,
        "registry": False,
        "protection": "deletable",
    }
    settings["images"] = {name: {"reference": f"images.example/{name}:1.0.0"} for name in ("api", "console")}
    settings["dataPlanes"]["staging"]["access"] = "remote"
    settings["kubernetes"] = {"ingress": {"domain": "watch.example.com", "controllerNamespace": "ingress"}}
    return settings


STACKS = {"prod": usual, "prod-otherwise": otherwise}


def record(release: str) -> None:
    """Deploy and record each stack; the account ends with its process."""
    for name, settings in STACKS.items():
        write(release, name, _deployed(settings()), settings())


def set_tokens(stack: PulumiStack, settings: Settings) -> None:
    """Give every remote plane a token."""
    for plane, said in settings["dataPlanes"].items():
        if said.get("access") == "remote":
            stack.set_secret(f"otlpTokens.{plane}", "0123456789abcdef-of-a-plane-0123456789abcdef")


def _deployed(settings: Settings) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder, simulated_aws() as account:
        stack = PulumiStack(name="prod", folder=Path(folder), variables=account.environment)
        stack.write(settings)
        stack.select()
        set_tokens(stack, settings)
        stack.pulumi("up", "--yes", "--skip-preview", *TARGETS).succeeded()
        state: dict[str, Any] = json.loads(stack.pulumi("stack", "export", merge=False).succeeded().text)
    resources = state["deployment"]["resources"]
    state["deployment"]["resources"] = [one for one in resources if one["type"] not in _LEFT_OUT]
    return state


if __name__ == "__main__":
    record(sys.argv[1])
