"""Keys change each year, and one that is deleted can be had back for a month."""

from pulumi_policy import ResourceValidationArgs

from policies.aws_views import KEY
from policies.judging import Findings, resource_policy
from policies.reading import Record

# The longest that AWS waits, and what it waits when nothing is said.
_WINDOW_DAYS = 30


def judge(args: ResourceValidationArgs) -> Findings:
    """Want rotation (AWS has it for symmetric keys alone) and the longest waiting time before the key is gone."""
    bag = Record(args.props)
    rotates, days = bag.flag("enableKeyRotation"), bag.number("deletionWindowInDays")
    kind = bag.text("customerMasterKeySpec")
    if rotates in (False, None) and kind in (None, "SYMMETRIC_DEFAULT"):
        yield "is not rotated"
    if isinstance(days, float) and days < _WINDOW_DAYS:
        yield f"and all that it encrypts is gone {int(days)} days after it is deleted"


POLICY = resource_policy(
    name="key-outlives-mistakes",
    description="Keys change each year, and one that is deleted can be had back for 30 days.",
    remedy="enableKeyRotation, and deletionWindowInDays 30 (components/aws/keys.py sets both)",
    types=(KEY,),
    judge=judge,
)
