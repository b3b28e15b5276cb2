"""A remote plane with a workspace of its own, on the whole stack: one collector with token, log on disk, one role."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from config.services.collector_direct import FEATURE_GATES
from tests.engine.stacks.previews import Key, Planned, difference, planned
from tests.engine.stacks.test_golden import GOLDEN, settings_of
from tests.harness.aws import SimulatedAws
from tests.harness.pulumi import ROOT, PulumiStack

REMOTE = "staging"
ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"


@pytest.fixture(scope="module")
def pair(account: SimulatedAws, tmp_path_factory: pytest.TempPathFactory) -> dict[Key, Planned]:
    """What the stack `prod` would make with a workspace for each plane, one of which takes telemetry from outside."""
    settings = settings_of(ROOT / "stacks" / "Pulumi.prod.yaml")
    settings["aws"]["metrics"] = {"isolation": "workspace"}
    settings["dataPlanes"][REMOTE]["access"] = "remote"
    settings["dataPlanes"][REMOTE]["workloads"] = {"api": {"secretFiles": {"DB_PASSWORD": "orders-db"}}}
    settings["kubernetes"] = {"ingress": {"domain": "watch.example.com", "controllerNamespace": "ingress"}}
    settings["controlPlane"]["console"] = {"unauthenticated": True}
    stack = PulumiStack(name="prod", folder=tmp_path_factory.mktemp("pair"), variables=account.environment)
    stack.write(settings)
    stack.select()
    stack.set_secret(f"otlpTokens.{REMOTE}", "0123456789abcdef-of-staging-0123456789abcdef")
    stack.set_secret("secrets.orders-db", "hunter2")
    return planned(stack, "--policy-pack", "policies")


def inputs(pair: dict[Key, Planned], kind: str, name: str) -> dict[str, Any]:
    found = pair[kind, name].inputs
    assert found is not None
    return found


def test_the_pair_stands_for_the_difference_of_both_choices(pair: dict[Key, Planned]) -> None:
    usual = _resources(GOLDEN / "prod.txt")
    found = [f"{kind} {name}" for kind, name in pair]
    recorded = [GOLDEN.parent / "variants" / f"prod-{choice}.txt" for choice in ("remote", "workspaces")]
    assert set(difference(usual, found)) == {line for file in recorded for line in _resources(file)}


def _resources(file: Path) -> list[str]:
    """Return the lines that say which resources there are; what matters of them differs with both choices made."""
    return [line for line in file.read_text().splitlines() if " = " not in line]


def test_no_service_account_is_given_two_roles(pair: dict[Key, Planned]) -> None:
    given = Counter(
        (said["namespace"], said["serviceAccount"])
        for said in (inputs(pair, *key) for key in pair if key[0] == ASSOCIATION)
    )
    assert given == dict.fromkeys(
        [
            *((f"planewatch-prod-{plane}", "collector") for plane in ("dev", "prod", "staging")),
            (f"planewatch-prod-{REMOTE}", "api"),
            ("planewatch-prod-control", "console"),
        ],
        1,
    )


def test_the_collector_has_token_and_log_and_is_the_only_one_of_its_plane(pair: dict[Key, Planned]) -> None:
    made = inputs(pair, "kubernetes:apps/v1:StatefulSet", f"{REMOTE}-collector")["spec"]
    pod = made["template"]["spec"]
    assert pod["serviceAccountName"] == "collector"
    (container,) = pod["containers"]
    folders = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
    (token,) = [volume["name"] for volume in pod["volumes"] if "csi" in volume]
    (log,) = [claim["metadata"]["name"] for claim in made["volumeClaimTemplates"]]
    assert (folders[token], folders[log]) == ("/etc/otelcol-secrets", "/var/lib/otelcol")
    assert f"--feature-gates={','.join(FEATURE_GATES)}" in container["args"]
    # Clients across the network keep to no replica of several; the plane's own workloads do.
    assert made["replicas"] == 1
    assert inputs(pair, "kubernetes:apps/v1:StatefulSet", "dev-collector")["spec"]["replicas"] == 2
