"""Check that the stack's workloads fit into the quotas of its zones: the stack's own and those of others."""

import pulumi

from infra.platforms.kubernetes.cluster_api.answers import Object, child, objects, text, text_map
from infra.platforms.kubernetes.cluster_api.errors import FORBIDDEN, RefusedError
from infra.platforms.kubernetes.demand import demand
from infra.platforms.kubernetes.naming import INSTANCE
from infra.platforms.kubernetes.preflight import own_quotas
from infra.platforms.kubernetes.preflight.checked_stack import CheckedStack, ask_all
from infra.platforms.kubernetes.preflight.namespaces import existing
from infra.platforms.kubernetes.quantity import amount

# Other names of the resources that a quota may bound.
_ALIASES = {"cpu": "requests.cpu", "memory": "requests.memory", "count/pods": "pods"}
_ALIASES |= {"count/persistentvolumeclaims": "persistentvolumeclaims"}


def problems(checked: CheckedStack) -> list[str]:
    """Return a line for each quota that is too small, with what is needed and what is allowed."""
    own = own_quotas.problems(checked.stack, checked.planned)
    foreign = ask_all(lambda entry: _foreign(checked, *entry), existing(checked).items())
    return [*own, *(line for lines in foreign for line in lines)]


def _foreign(checked: CheckedStack, zone: str, namespace: str) -> list[str]:
    settings, found = checked.stack.settings.kubernetes, list[str]()
    least, most = (
        demand(checked.planned[zone], settings, replicas)
        for replicas in (settings.minimum_replicas, settings.maximum_replicas)
    )
    for item in _quotas(checked, namespace):
        name = text(child(item, "metadata"), "name")
        bounds = {_ALIASES.get(key, key): amount(value) for key, value in text_map(child(item, "spec"), "hard").items()}
        whose = f"ResourceQuota {name} in namespace {namespace} (not this stack's)"
        if over := least.beyond(bounds):
            found.append(f"{whose} is too small: the zone needs {over}; ask its owner to raise or remove it")
        elif over := most.beyond(bounds):
            pulumi.log.warn(
                f"{whose} stops the zone from scaling to {settings.maximum_replicas} replicas: it needs {over}"
            )
    return found


def _quotas(checked: CheckedStack, namespace: str) -> list[Object]:
    """Return the quotas of others that count every pod; those with scopes count some only."""
    try:
        found = checked.api.find(f"/api/v1/namespaces/{namespace}/resourcequotas") or {}
    except RefusedError as error:
        # The check of permissions reports it.
        if error.code == FORBIDDEN:
            return []
        raise
    ours = checked.naming.zone_labels("")[INSTANCE]
    return [
        item
        for item in objects(found, "items")
        if text_map(child(item, "metadata"), "labels").get(INSTANCE) != ours
        and not child(item, "spec").keys() & {"scopes", "scopeSelector"}
    ]
