"""A namespace admits only pods of Pod Security level `restricted`."""

from pulumi_policy import ResourceValidationArgs, Severity

from policies.cluster_views import NAMESPACE
from policies.exemptions import PLACE
from policies.reading import Record, Unknown, inside
from policies.resource_policies import Findings, resource_policy

_ENFORCE = "pod-security.kubernetes.io/enforce"


def check(args: ResourceValidationArgs) -> Findings:
    """Require the label that enforces the level; those that only warn or write an audit do not count."""
    labels = inside(Record(args.props), "metadata", "labels")
    level = labels if labels is None or isinstance(labels, Unknown) else labels.text(_ENFORCE)
    if not isinstance(level, Unknown) and level != "restricted":
        yield f"{_ENFORCE} is '{level or ''}', not 'restricted'"


POLICY = resource_policy(
    name="namespace-is-restricted",
    description="A namespace admits only pods of Pod Security level restricted.",
    remedy=(
        "create the namespace through the zone (infra/platforms/kubernetes/zone.py), which sets the label; one for host"
        f" paths needs an entry in {PLACE}"
    ),
    types=(NAMESPACE,),
    check=check,
    severity=Severity.CRITICAL,
)
