"""Which resources a stack on AWS stands for when it chooses otherwise than `prod`: the difference is recorded."""

from typing import Any

import pytest

from tests.engine.stacks.conftest import MakeStack
from tests.engine.stacks.previews import resources
from tests.engine.stacks.test_golden import GOLDEN, hold, settings_of
from tests.harness.pulumi import ROOT

_VARIANTS: dict[str, dict[str, Any]] = {
    "region": {"region": "us-east-1", "network": {"zones": 2, "nat": "one"}},
    "existing-network": {
        "network": {"existing": {"vpcId": "vpc-0a1b2c3d", "privateSubnetIds": ["subnet-0a1b2c3d", "subnet-1a1b2c3d"]}}
    },
    "automatic": {"cluster": {"compute": "auto-mode"}, "identity": "irsa", "registry": False},
}
pytestmark = pytest.mark.usefixtures("simulated_account")


@pytest.mark.parametrize("variant", _VARIANTS)
def test_a_choice_stands_for_the_recorded_difference(variant: str, make_stack: MakeStack) -> None:
    settings = settings_of(ROOT / "stacks" / "Pulumi.prod.yaml")
    settings["aws"] = {**settings["aws"], **_VARIANTS[variant]}
    usual = set((GOLDEN / "prod.txt").read_text().splitlines())
    found = set(resources(make_stack(settings, "prod")))
    difference = [*(f"+ {line}" for line in sorted(found - usual)), *(f"- {line}" for line in sorted(usual - found))]
    hold(GOLDEN.parent / "variants" / f"prod-{variant}.txt", difference)
