"""What holds data is not deleted by accident, unless the stack says that it may be."""

from collections.abc import Iterator

from pulumi_policy import ResourceValidationArgs, Severity

from policies.aws_views import CLUSTER, LOG_GROUP, SECRET, WORKSPACE
from policies.judging import Findings, resource_policy
from policies.reading import Record
from policies.stack_config import stack_config

# Logs of the cluster and of workspaces, for those who ask after an incident; flow logs are not among them.
_KEPT_LOGS = ("/aws/eks/", "/aws/vendedlogs/prometheus/")


def judge(args: ResourceValidationArgs) -> Findings:
    """Want `protect`, and what AWS itself offers beside it. The engine tells a pack nothing of `retainOnDelete`."""
    if stack_config().deletable:
        args.not_applicable("the stack says protection: deletable")
    bag = Record(args.props)
    if args.resource_type == SECRET:
        if bag.number("recoveryWindowInDays") == 0:
            yield "is gone at once when it is deleted (recoveryWindowInDays 0)"
        return
    if args.resource_type == LOG_GROUP:
        name = bag.text("name")
        if not isinstance(name, str) or not name.startswith(_KEPT_LOGS):
            return
    yield from _open(args, bag)


def _open(args: ResourceValidationArgs, bag: Record) -> Iterator[str]:
    if not args.opts.protect:
        yield "is not protected: a destroy, or a changed name, takes its data away"
    guard = {CLUSTER: "deletionProtection", LOG_GROUP: "skipDestroy"}.get(args.resource_type)
    if guard and bag.flag(guard) in (False, None):
        yield f"{guard} is off"


POLICY = resource_policy(
    name="data-outlives-the-stack",
    description="What holds data is not deleted by accident: the cluster, workspaces, their logs, secrets.",
    remedy="make it with guarded() (components/aws/account.py), or say protection: deletable under planewatch:aws",
    types=(CLUSTER, WORKSPACE, LOG_GROUP, SECRET),
    judge=judge,
    severity=Severity.CRITICAL,
)
