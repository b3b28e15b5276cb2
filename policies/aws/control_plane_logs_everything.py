"""A cluster's control plane writes all of its logs."""

from pulumi_policy import ResourceValidationArgs

from policies.aws_views import CLUSTER
from policies.judging import Findings, resource_policy
from policies.reading import Record, has_unknown, known

_LOGS = ("api", "audit", "authenticator", "controllerManager", "scheduler")


def judge(args: ResourceValidationArgs) -> Findings:
    """Want the five kinds of logs that EKS has; what lacks is judged when all of the list is known."""
    kinds = Record(args.props).texts("enabledClusterLogTypes")
    missing = [kind for kind in _LOGS if kind not in known(kinds)]
    if missing and not has_unknown(kinds):
        yield f"writes no logs of {', '.join(missing)}"


POLICY = resource_policy(
    name="control-plane-logs-everything",
    description="A cluster's control plane writes all of its logs: who asked what, who was let in, what it decided.",
    remedy=f"list {', '.join(_LOGS)} in enabledClusterLogTypes",
    types=(CLUSTER,),
    judge=judge,
)
