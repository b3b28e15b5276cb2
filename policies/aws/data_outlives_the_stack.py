"""Resources that hold data are not deleted by accident, unless the stack allows it."""

from collections.abc import Iterator

from pulumi_policy import ResourceValidationArgs, Severity

from policies.aws_views import CLUSTER, LOG_GROUP, SECRET, WORKSPACE
from policies.reading import Record
from policies.resource_policies import Findings, resource_policy
from policies.stack_config import stack_config

# Logs of the cluster and of workspaces, for those who ask after an incident; flow logs are not among them.
_KEPT_LOGS = ("/aws/eks/", "/aws/vendedlogs/prometheus/")


def check(args: ResourceValidationArgs) -> Findings:
    """Require `protect`, and what AWS itself offers. The engine does not pass `retainOnDelete` to a pack."""
    if stack_config().deletable:
        args.not_applicable("the stack sets protection: deletable")
    bag = Record(args.props)
    if args.resource_type == SECRET:
        if bag.number("recoveryWindowInDays") == 0:
            yield "cannot be restored once it is deleted (recoveryWindowInDays 0)"
        return
    if args.resource_type == LOG_GROUP:
        name = bag.text("name")
        if not isinstance(name, str) or not name.startswith(_KEPT_LOGS):
            return
    yield from _open(args, bag)


def _open(args: ResourceValidationArgs, bag: Record) -> Iterator[str]:
    if not args.opts.protect:
        yield "is not protected: a destroy or a changed name deletes its data"
    guard = {CLUSTER: "deletionProtection", LOG_GROUP: "skipDestroy"}.get(args.resource_type)
    if guard and bag.flag(guard) in (False, None):
        yield f"{guard} is off"


POLICY = resource_policy(
    name="data-outlives-the-stack",
    description="Resources that hold data are not deleted by accident: the cluster, workspaces, their logs, secrets.",
    remedy="create it with guarded() (components/aws/account.py), or set protection: deletable under planewatch:aws",
    types=(CLUSTER, WORKSPACE, LOG_GROUP, SECRET),
    check=check,
    severity=Severity.CRITICAL,
)
