"""Check that the cluster has the Prometheus Operator's kinds, for a stack that leaves its store to the operator."""

from config.services import prometheus_operator as operator
from infra.platforms.kubernetes.cluster_api.answers import objects, text
from infra.platforms.kubernetes.preflight.checked_stack import CheckedStack


def problems(checked: CheckedStack) -> list[str]:
    """Return one line when the stack needs kinds that the cluster lacks."""
    if not checked.stack.settings.kubernetes.prometheus_operator:
        return []
    there = checked.api.find(f"/apis/{operator.API_VERSION}") or {}
    known = {text(resource, "kind") for resource in objects(there, "resources")}
    if not (missing := [kind for kind in operator.KINDS if kind not in known]):
        return []
    line = (
        f"{checked.setting('kubernetes.prometheusOperator')} is true, but the cluster has no {operator.API_VERSION} "
        f"{', '.join(missing)}; install the Prometheus Operator or remove the setting"
    )
    return [line]
