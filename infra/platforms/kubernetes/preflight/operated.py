"""Whether the cluster knows the Prometheus Operator's kinds, for a stack that describes its store to the operator."""

from config.services import prometheus_operator as operator
from infra.platforms.kubernetes.preflight.question import Question
from toolchain.standins.servicer.values import objects, text


def faults(question: Question) -> list[str]:
    """Return one line when the stack needs kinds that the cluster does not have."""
    if not question.stack.settings.kubernetes.prometheus_operator:
        return []
    there = question.get(f"/apis/{operator.API_VERSION}") or {}
    known = {text(resource, "kind") for resource in objects(there, "resources")}
    if not (missing := [kind for kind in operator.KINDS if kind not in known]):
        return []
    line = (
        f"{question.place('kubernetes.prometheusOperator')} is true, and the cluster has no {operator.API_VERSION} "
        f"{', '.join(missing)}; install the Prometheus Operator or take the setting away"
    )
    return [line]
