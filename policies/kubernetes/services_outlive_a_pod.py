"""A stateless service has two pods and a disruption budget (advisory)."""

from collections.abc import Iterator

from pulumi_policy import EnforcementLevel

from policies.cluster_views import ClusterObject, ClusterStack, ClusterViolation, cluster_policy, pod_labels
from policies.label_selectors import Selector, selector
from policies.reading import Maybe, Record, Unknown, inside

_DEPLOYMENT = "kubernetes:apps/v1:Deployment"
_AUTOSCALER = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler"
_BUDGET = "kubernetes:policy/v1:PodDisruptionBudget"


def check(stack: ClusterStack) -> Iterator[ClusterViolation]:
    """Require two replicas or an autoscaler that keeps two, and a budget that selects the pods; when all is known."""
    if not stack.complete:
        return
    for deployment in stack.of(_DEPLOYMENT):
        replicas = _replicas(stack, deployment)
        if not isinstance(replicas, Unknown) and (replicas or 1) < 2:  # noqa: PLR2004 (one may go, one stays)
            yield deployment, "runs one pod, and is down whenever that pod is"
        if not any(_selects(budget, deployment) for budget in stack.of(_BUDGET)):
            yield deployment, "no PodDisruptionBudget selects its pods, so a drained node may take all at once"


def _replicas(stack: ClusterStack, deployment: ClusterObject) -> Maybe[float]:
    for scaler in stack.of(_AUTOSCALER):
        target = inside(scaler.props, "spec", "scaleTargetRef")
        named = isinstance(target, Record) and target.text("name") == deployment.name
        if named and scaler.namespace == deployment.namespace:
            return _number(scaler, "minReplicas")
    return _number(deployment, "replicas")


def _number(one: ClusterObject, key: str) -> Maybe[float]:
    spec = one.props.record("spec")
    return spec if spec is None or isinstance(spec, Unknown) else spec.number(key)


def _selects(budget: ClusterObject, deployment: ClusterObject) -> bool:
    found = inside(budget.props, "spec", "selector")
    wanted = selector(found)
    same_place = budget.namespace == deployment.namespace
    return same_place and isinstance(wanted, Selector) and wanted.selects(pod_labels(deployment))


POLICY = cluster_policy(
    name="services-outlive-a-pod",
    description="A stateless service has two pods and a disruption budget; always advisory.",
    remedy="set minimumReplicas under planewatch:kubernetes to 2 or more",
    check=check,
    level=EnforcementLevel.ADVISORY,
)
