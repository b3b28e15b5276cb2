"""Records what the AWS half of a deployed stack looks like, for releases to come.

``.venv/bin/python -m tests.engine.stacks.record_aws_state before-0.2`` deploys, on a simulated account, what each of
``STACKS`` (or those named after the release) makes of AWS, and writes state and stack file to
``tests/golden/states/<release>/``. It is an update of the real program, targeted at AWS: no Kubernetes cluster is
needed, and nothing of the cluster's objects is in the state.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

from tests.engine.stacks.record_state import write
from tests.engine.stacks.somebodys_network import EXISTING, make_network, replaced
from tests.harness.aws import simulated_aws
from tests.harness.pulumi import ROOT, PulumiStack
from tests.harness.settings import Settings

# The components around resources of AWS, and their provider.
_AROUND = ("**planewatch:aws:*", "pulumi:providers:aws", "planewatch:components:*Plane")
# Resources of AWS by type, but rules: those of a plane's own workspace wait for the plane's collectors.
_WITHOUT_RULES = (
    *(f"**aws:{of}/**" for of in ("budgets", "cloudwatch", "ec2", "ecr", "eks", "iam", "kms", "sns", "vpc")),
    *(f"**aws:amp/{kind}**" for kind in ("alertManagerDefinition", "workspace")),
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
    settings["controlPlane"]["console"] = {"unauthenticated": True}
    return settings


def workspaces() -> Settings:
    """Return those of a stack in which each plane has a workspace of its own."""
    settings = usual()
    settings["aws"]["metrics"] = {"isolation": "workspace"}
    return settings


def scraper() -> Settings:
    """Return those of a stack in somebody else's network, whose metrics AWS's own collector fetches."""
    settings = usual()
    settings["aws"] |= {"network": EXISTING, "metrics": {"collection": "scraper"}}
    settings["controlPlane"]["scrapeIntervalSeconds"] = 30
    return settings


STACKS = {"prod": usual, "prod-otherwise": otherwise, "prod-workspaces": workspaces, "prod-scraper": scraper}


def record(release: str, *names: str) -> None:
    """Deploy and record each stack; the account ends with its process."""
    for name in names or STACKS:
        settings = STACKS[name]()
        write(release, name, _deployed(settings), settings)


def targets(settings: Settings) -> tuple[str, ...]:
    """Return the options that hold an update or a preview to what a stack has on AWS."""
    apart = settings["aws"]["metrics"].get("isolation") == "workspace"
    types = (*_AROUND, *(_WITHOUT_RULES if apart else ("**aws:**",)))
    return tuple(f"--target=urn:pulumi:prod::planewatch::{each}::**" for each in types)


def set_tokens(stack: PulumiStack, settings: Settings) -> None:
    """Give every remote plane a token."""
    for plane, said in settings["dataPlanes"].items():
        if said.get("access") == "remote":
            stack.set_secret(f"otlpTokens.{plane}", "0123456789abcdef-of-a-plane-0123456789abcdef")


def _deployed(settings: Settings) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder, simulated_aws() as account:
        stack = PulumiStack(name="prod", folder=Path(folder), variables=account.environment)
        ids = make_network(account)
        stack.write(replaced(settings, ids))
        stack.select()
        set_tokens(stack, settings)
        stack.pulumi("up", "--yes", "--skip-preview", *targets(settings)).succeeded()
        state: dict[str, Any] = json.loads(stack.pulumi("stack", "export", merge=False).succeeded().text)
    resources = state["deployment"]["resources"]
    state["deployment"]["resources"] = [one for one in resources if one["type"] not in _LEFT_OUT]
    found: dict[str, Any] = replaced(state, {value: word for word, value in ids.items()})
    return found


if __name__ == "__main__":
    record(*sys.argv[1:])
