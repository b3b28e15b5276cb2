"""The policy pack on what stands: every id, ARN and policy document is known, and judged."""

from tests.engine.aws_stack.harness import AwsHalf
from tests.harness.projects import ROOT


def test_the_pack_finds_nothing_in_what_stands(half: AwsHalf) -> None:
    output = half.run("preview", "--expect-no-changes", "--policy-pack", str(ROOT / "policies"))
    assert "planewatch@" in output
    assert "[mandatory]" not in output
    assert "can't run policy" not in output
