"""What a stack on AWS asks of its zones is what was counted before, and fits into their quotas or is refused."""

import warnings
from dataclasses import dataclass
from typing import Any

import pytest

from config.settings import StackSettings
from tests.engine.stacks.conftest import MakeStack
from tests.engine.stacks.previews import planned
from tests.engine.stacks.test_golden import settings_of
from tests.harness.demanded import demanded, quotas
from tests.harness.planned import Metrics, needed
from tests.harness.pulumi import ROOT, PulumiStack

with warnings.catch_warnings():
    # The SDK warns of its own deprecated resources when it is loaded.
    warnings.simplefilter("ignore", DeprecationWarning)
    from infra.platforms.eks.scraper import ScrapedWorkspace
    from infra.platforms.eks.shared import SharedWorkspace
    from infra.platforms.eks.workspaces import PlaneWorkspaces

REMOTE, MOST = "staging", 14


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What ``aws.metrics`` says, the plan of it, and the claims that a plane with twelve replicas may have."""

    metrics: dict[str, Any]
    plan: Metrics
    claims: int = 10
    interval_s: int = 10


CHOICES = {
    "shared": Choice(metrics={"isolation": "shared"}, plan=SharedWorkspace.planned),
    "scraper": Choice(metrics={"collection": "scraper"}, plan=ScrapedWorkspace.planned, interval_s=30),
    "workspaces": Choice(metrics={"isolation": "workspace"}, plan=PlaneWorkspaces.planned, claims=24),
}


def stack_of(choice: Choice, make_stack: MakeStack, **kubernetes: Any) -> tuple[PulumiStack, StackSettings]:
    """Make `prod` with one plane that takes telemetry from outside and another with more than the sample."""
    settings = settings_of(ROOT / "stacks" / "Pulumi.prod.yaml")
    settings["aws"]["metrics"] = choice.metrics
    settings["controlPlane"]["scrapeIntervalSeconds"] = choice.interval_s
    settings["dataPlanes"][REMOTE]["access"] = "remote"
    settings["dataPlanes"]["prod"]["workloads"] = {"api": {}, "worker": {"cpus": 0.75, "memoryMib": 500}}
    settings["controlPlane"]["console"] = {"unauthenticated": True}
    settings["kubernetes"] = {
        "ingress": {"domain": "watch.example.com", "controllerNamespace": "ingress"},
        "storageSize": "5Gi",
        "minimumReplicas": 12,
        "maximumReplicas": MOST,
        **kubernetes,
    }
    stack = make_stack(settings, "prod")
    stack.set_secret(f"otlpTokens.{REMOTE}", "0123456789abcdef-of-staging-0123456789abcdef")
    return stack, StackSettings.model_validate(settings)


@pytest.mark.usefixtures("simulated_account")
@pytest.mark.parametrize("choice", CHOICES.values(), ids=CHOICES)
def test_the_objects_ask_for_what_was_counted_and_fit(choice: Choice, make_stack: MakeStack) -> None:
    stack, said = stack_of(choice, make_stack)
    found = [
        step.inputs for (kind, _), step in planned(stack).items() if step.inputs and kind.startswith("kubernetes:")
    ]
    asked, allowed = demanded(found), quotas(found)
    zones = {"prod": choice.claims, "dev": choice.claims, REMOTE: 10, "control": 10}
    assert asked == needed(said, MOST, choice.plan)
    assert {zone: bounds["persistentvolumeclaims"] for zone, bounds in allowed.items()} == zones
    over = [
        (zone, name)
        for zone, amounts in asked.items()
        for name, amount in amounts.items()
        if name in allowed[zone] and amount > allowed[zone][name]
    ]
    assert over == []


@pytest.mark.usefixtures("simulated_account")
def test_zones_that_do_not_fit_are_reported_with_both_numbers_and_what_to_set(make_stack: MakeStack) -> None:
    stack, _ = stack_of(CHOICES["workspaces"], make_stack, zoneQuota={"pods": 26, "cpus": 9})
    run = stack.pulumi("preview").failed()
    told = (
        "stacks/Pulumi.prod.yaml: planewatch:kubernetes.zoneQuota: plane dev needs pods 27 (quota: 26) and limits.cpu"
        " 13.5 (quota: 9) with 14 replicas and one more during a rollout; set pods ≥ 27 and cpus ≥ 14, or lower"
        " kubernetes."
    )
    assert told in run.text
    assert "plane prod needs pods 42 (quota: 26)" in run.text
    # A single collector that keeps its log, and fifteen of the sample.
    assert f"plane {REMOTE} needs" not in run.text
    assert "Traceback" not in run.text
