"""Everything on AWS has the tags of its owner, stack and release, and of its plane if it has one."""

from collections.abc import Iterator

from pulumi_policy import Severity

from policies.aws_views import LAUNCH_TEMPLATE, PLANE_TAG, AwsResource, AwsStack, AwsViolation, aws_policy
from policies.reading import Record, Unknown, has_unknown, known

_STACK = "planewatch:stack"
_STANDING = ("owner", "cost-center", _STACK)
_EVERYTHING = (*_STANDING, "planewatch:release")
_OF_A_PLANE = ("environment", PLANE_TAG)
# What AWS makes from a launch template: the provider's default tags do not reach it. It carries no release, because
# every node would be replaced with each new one.
_FROM_TEMPLATES = ("instance", "network-interface", "volume")


def check(stack: AwsStack) -> Iterator[AwsViolation]:
    """Check the tags that AWS receives; a type without `tagsAll` among its outputs takes none."""
    for one in stack.resources:
        tags = one.props.record("tagsAll")
        if isinstance(tags, Record):
            yield from ((one, found) for found in _faults(stack, one, tags))
        if one.kind == LAUNCH_TEMPLATE:
            yield from ((one, found) for found in _untagged(one.props))


def _faults(stack: AwsStack, one: AwsResource, tags: Record) -> Iterator[str]:
    plane = stack.plane_of(one)
    if missing := _missing(tags, (*_EVERYTHING, *(_OF_A_PLANE if plane else ()))):
        yield f"lacks the tags {', '.join(missing)}"
    for key, wanted in ((_STACK, stack.stack), (PLANE_TAG, plane)):
        value = tags.text(key)
        if isinstance(value, str) and value and value != wanted:
            yield f"tag {key} is '{value}', not '{wanted}'"


def _untagged(bag: Record) -> Iterator[str]:
    specifications = bag.records("tagSpecifications")
    if has_unknown(specifications):
        return
    tags = {one.text("resourceType"): one.record("tags") for one in known(specifications)}
    for kind in _FROM_TEMPLATES:
        given = tags.get(kind)
        if not isinstance(given, Unknown) and (missing := _missing(given or Record({}), _STANDING)):
            yield f"makes each {kind} without the tags {', '.join(missing)}"


def _missing(tags: Record, wanted: tuple[str, ...]) -> list[str]:
    return [key for key in wanted if tags.text(key) in (None, "")]


POLICY = aws_policy(
    name="resources-are-tagged",
    description="Everything on AWS has the tags of its owner, stack and release, and of its plane if it has one.",
    remedy="create it with the stack's provider, whose default tags include them (infra/platforms/eks/provider.py); "
    "what "
    "belongs to a plane gets environment and data_plane_id in addition",
    check=check,
    severity=Severity.MEDIUM,
)
