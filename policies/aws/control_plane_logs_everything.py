"""A cluster's control plane writes all of its logs."""

from pulumi_policy import ResourceValidationArgs

from policies.aws_views import CLUSTER
from policies.reading import Record, has_unknown, known
from policies.resource_policies import Findings, resource_policy

_LOGS = ("api", "audit", "authenticator", "controllerManager", "scheduler")


def check(args: ResourceValidationArgs) -> Findings:
    """Require the five kinds of logs that EKS has; a missing one is reported once the whole list is known."""
    kinds = Record(args.props).texts("enabledClusterLogTypes")
    missing = [kind for kind in _LOGS if kind not in known(kinds)]
    if missing and not has_unknown(kinds):
        yield f"writes no logs of {', '.join(missing)}"


POLICY = resource_policy(
    name="control-plane-logs-everything",
    description="A cluster's control plane writes all of its logs: requests, authentication, control loops and "
    "scheduling.",
    remedy=f"list {', '.join(_LOGS)} in enabledClusterLogTypes",
    types=(CLUSTER,),
    check=check,
)
