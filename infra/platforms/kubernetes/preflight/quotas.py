"""Whether the stack's workloads fit into its zones' quotas: the stack's own, and those that others have set there."""

import pulumi

from infra.platforms.kubernetes.demand import amount, demand, kept_here
from infra.platforms.kubernetes.naming import INSTANCE
from infra.platforms.kubernetes.preflight import own_quotas
from infra.platforms.kubernetes.preflight.namespaces import existing
from infra.platforms.kubernetes.preflight.question import Question, at_once
from toolchain.standins.kubernetes.client import FORBIDDEN, ApiError
from toolchain.standins.servicer.values import Props, child, objects, text, text_map

# Other names of what a quota may bound.
_ALIASES = {"cpu": "requests.cpu", "memory": "requests.memory", "count/pods": "pods"}
_ALIASES |= {"count/persistentvolumeclaims": "persistentvolumeclaims"}


def faults(question: Question) -> list[str]:
    """Return a line for each quota that the stack does not fit into, with both numbers."""
    own = own_quotas.faults(question.stack, kept_here(question.stack.settings.kubernetes))
    foreign = at_once(lambda entry: _foreign(question, *entry), existing(question).items())
    return [*own, *(line for lines in foreign for line in lines)]


def _foreign(question: Question, zone: str, namespace: str) -> list[str]:
    said = question.stack.settings
    settings, found = said.kubernetes, list[str]()
    least, most = (
        demand(said, kept_here(settings), zone, replicas)
        for replicas in (settings.minimum_replicas, settings.maximum_replicas)
    )
    for item in _quotas(question, namespace):
        name = text(child(item, "metadata"), "name")
        bounds = {_ALIASES.get(key, key): amount(value) for key, value in text_map(child(item, "spec"), "hard").items()}
        whose = f"quota {name} in namespace {namespace}, which is not this stack's,"
        if over := least.beyond(bounds):
            found.append(f"{whose} is too small: the zone asks for {over}; have it raised, or its owner remove it")
        elif over := most.beyond(bounds):
            pulumi.log.warn(f"{whose} keeps the zone from scaling to {settings.maximum_replicas} replicas: {over}")
    return found


def _quotas(question: Question, namespace: str) -> list[Props]:
    """Return the quotas of others that hold for every pod; those with a scope hold for some only."""
    try:
        found = question.get(f"/api/v1/namespaces/{namespace}/resourcequotas") or {}
    except ApiError as error:
        # The missing right is told by itself.
        if error.code == FORBIDDEN:
            return []
        raise
    ours = question.naming.zone_labels("")[INSTANCE]
    return [
        item
        for item in objects(found, "items")
        if text_map(child(item, "metadata"), "labels").get(INSTANCE) != ours
        and not child(item, "spec").keys() & {"scopes", "scopeSelector"}
    ]
