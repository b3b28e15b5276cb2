"""What AWS refuses to a stack of the real program is followed by what to do."""

import pytest

from delivery.engine import Engine
from tests.engine.stacks.conftest import MakeStack
from tests.engine.stacks.test_golden import settings_of
from tests.harness.aws import SimulatedAws
from tests.harness.pulumi import ROOT

DENIED = "User: me is not authorized to perform: ec2:DescribeAvailabilityZones because no policy allows it"


def test_a_right_that_is_missing_is_named_with_who_lacks_it(
    make_stack: MakeStack,
    simulated_account: SimulatedAws,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    for name in ("PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"):
        monkeypatch.delenv(name, raising=False)
    stack = make_stack(settings_of(ROOT / "stacks" / "Pulumi.prod.yaml"), "prod")
    denied = {"ec2:DescribeAvailabilityZones": {"code": "UnauthorizedOperation", "message": DENIED}}
    with simulated_account.with_faults(denied):
        assert Engine(workspace=stack.workspace).preview() != 0
    said = capfd.readouterr()
    assert DENIED in said.out
    assert "Traceback" not in said.out
    (advice,) = [line for line in said.err.splitlines() if line.startswith("what to do: ")]
    assert "lack permission for ec2:DescribeAvailabilityZones on *; credentials used: no profile" in advice
