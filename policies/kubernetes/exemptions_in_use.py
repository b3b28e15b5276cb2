"""Exemptions that are used are listed, with who answers for them and until when; always advisory."""

from collections.abc import Mapping

from pulumi_policy import EnforcementLevel, ResourceValidationArgs, Severity

from policies.cluster_views import NAMESPACE
from policies.exemptions import PLACE, of_stack
from policies.kubernetes import namespace_is_restricted, pod_leaves_host_alone
from policies.kubernetes_views import POD_OWNERS
from policies.resource_policies import Check, Findings, resource_policy, today

_CHECKS: Mapping[str, tuple[Check, tuple[str, ...]]] = {
    namespace_is_restricted.POLICY.name: (namespace_is_restricted.check, (NAMESPACE,)),
    pod_leaves_host_alone.POLICY.name: (pod_leaves_host_alone.check, POD_OWNERS),
}


def check(args: ResourceValidationArgs) -> Findings:
    """Say of each finding that is exempt from which policy it is."""
    for one in of_stack():
        find, types = _CHECKS[one.policy]
        if args.resource_type not in types or one.is_over(today()):
            continue
        for found in find(args):
            if one.covers(one.policy, args.name, found):
                yield f"is exempt from {one.policy} until {one.until} ({one.owner}: {one.reason}): {found}"


POLICY = resource_policy(
    name="exemptions-in-use",
    description="Exemptions that are used are listed.",
    remedy=f"remove it from {PLACE} once it needs none",
    types=(NAMESPACE, *POD_OWNERS),
    check=check,
    severity=Severity.LOW,
    level=EnforcementLevel.ADVISORY,
)
