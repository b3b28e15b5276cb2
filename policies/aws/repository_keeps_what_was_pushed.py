"""Images are scanned when they are pushed, and tags are immutable."""

from pulumi_policy import ResourceValidationArgs

from policies.aws_views import REPOSITORY
from policies.reading import Record, Unknown
from policies.resource_policies import Findings, resource_policy


def check(args: ResourceValidationArgs) -> Findings:
    """Require scanning on push and immutable tags, without exceptions."""
    bag = Record(args.props)
    scanning, tags = bag.record("imageScanningConfiguration"), bag.text("imageTagMutability")
    if not isinstance(scanning, Unknown) and (scanning is None or scanning.flag("scanOnPush") in (False, None)):
        yield "does not scan images when they are pushed"
    if not isinstance(tags, Unknown) and tags != "IMMUTABLE":
        yield f"imageTagMutability is {tags or 'not set'}: a release can be overwritten"


POLICY = resource_policy(
    name="repository-keeps-what-was-pushed",
    description="Images are scanned when they are pushed, and tags are immutable.",
    remedy="scanOnPush, and imageTagMutability IMMUTABLE (components/aws/registry.py)",
    types=(REPOSITORY,),
    check=check,
)
