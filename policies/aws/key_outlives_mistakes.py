"""Keys are rotated each year, and a deleted key can be restored for 30 days."""

from pulumi_policy import ResourceValidationArgs

from policies.aws_views import KEY
from policies.reading import Record
from policies.resource_policies import Findings, resource_policy

# AWS's longest waiting period, and its default.
_WINDOW_DAYS = 30


def check(args: ResourceValidationArgs) -> Findings:
    """Require rotation (AWS offers it for symmetric keys only) and the longest waiting period before deletion."""
    bag = Record(args.props)
    rotates, days = bag.flag("enableKeyRotation"), bag.number("deletionWindowInDays")
    kind = bag.text("customerMasterKeySpec")
    if rotates in (False, None) and kind in (None, "SYMMETRIC_DEFAULT"):
        yield "is not rotated"
    if isinstance(days, float) and days < _WINDOW_DAYS:
        yield f"is lost {int(days)} days after its deletion, with all that it encrypts"


POLICY = resource_policy(
    name="key-outlives-mistakes",
    description="Keys are rotated each year, and a deleted key can be restored for 30 days.",
    remedy="enableKeyRotation, and deletionWindowInDays 30 (components/aws/keys.py sets both)",
    types=(KEY,),
    check=check,
)
