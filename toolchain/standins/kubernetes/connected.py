"""Readiness that shows in other objects: services, ingresses, claims, and conditions the program names itself."""

import json
from collections.abc import Callable
from typing import cast

from toolchain.standins.kubernetes.client import NOT_FOUND, ApiError, Client
from toolchain.standins.kubernetes.diff import parsed
from toolchain.standins.kubernetes.objects import annotation, at, name_of, namespace_of
from toolchain.standins.kubernetes.readiness import READY, Verdict, condition, failed, waiting
from toolchain.standins.servicer.answering import RefusedError
from toolchain.standins.servicer.values import Props, child, objects, text, texts

WAIT_FOR = "pulumi.com/waitFor"
DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"


def service(live: Props, client: Client) -> Verdict:
    """Ready: an endpoint is, and a load balancer has an address."""
    spec = child(live, "spec")
    if text(spec, "type") == "LoadBalancer" and not objects(_balancer(live), "ingress"):
        return waiting("no load balancer has given it an address")
    headless = text(spec, "clusterIP") == "None"
    if headless or text(spec, "type") == "ExternalName" or not child(spec, "selector"):
        return READY
    ready, total = _endpoints(client, namespace_of(live), name_of(live))
    if ready:
        return READY
    if total:
        return waiting(f"none of its {total} pods is ready")
    selector = ",".join(f"{key}={value}" for key, value in child(spec, "selector").items())
    return waiting(f"it has no endpoints: no pod carries its selector {selector}")


def ingress(live: Props, client: Client) -> Verdict:
    """Ready: a controller has given it an address, and its services exist."""
    for name in sorted(_backends(live)):
        try:
            client.get(f"/api/v1/namespaces/{namespace_of(live)}/services/{name}")
        except ApiError as error:
            if error.code == NOT_FOUND:
                return waiting(f"its service {name} does not exist")
            raise
    if not objects(_balancer(live), "ingress"):
        name = text(child(live, "spec"), "ingressClassName") or "default"
        return waiting(f"no ingress controller of class {name} has given it an address")
    return READY


def claim(live: Props, client: Client) -> Verdict:
    """Ready: bound, or waiting for its first pod as its storage class says."""
    phase, spec = text(child(live, "status"), "phase"), child(live, "spec")
    if phase == "Bound":
        return READY
    if phase == "Lost":
        return failed(f"its volume {text(spec, 'volumeName')} is lost")
    if text(spec, "volumeName"):
        return waiting(f"it is not bound to volume {text(spec, 'volumeName')} yet")
    classes = {name_of(c): c for c in objects(client.get("/apis/storage.k8s.io/v1/storageclasses"), "items")}
    default = next((n for n, c in classes.items() if annotation(c, DEFAULT_CLASS) == "true"), "")
    name = text(spec, "storageClassName") if "storageClassName" in spec else default
    there = ", ".join(sorted(classes)) or "none"
    if name in classes and text(classes[name], "volumeBindingMode") == "WaitForFirstConsumer":
        return READY
    why = f"storage class {name} has not provided a volume"
    if not name:
        why = f"it names no storage class and the cluster has no default one (it has {there})"
    elif name not in classes:
        why = f"there is no storage class {name} (the cluster has {there})"
    return waiting(f"it is unbound: {why}")


Judge = Callable[[Props, Client], Verdict]
RULES: dict[tuple[str, str], Judge] = {
    ("", "Service"): service,
    ("networking.k8s.io", "Ingress"): ingress,
    ("", "PersistentVolumeClaim"): claim,
}


def own_conditions(inputs: Props) -> list[str]:
    """Read the conditions of the annotation `pulumi.com/waitFor`: one, or a JSON list."""
    given = annotation(inputs, WAIT_FOR)
    if not given:
        return []
    try:
        listed = json.loads(given)
    except ValueError:
        listed = given
    conditions = cast("list[str]", listed if isinstance(listed, list) else [given])
    for entry in conditions:
        if not entry.startswith(("condition=", "jsonpath=")):
            raise RefusedError(f'{WAIT_FOR}: {entry!r} must begin with "condition=" or "jsonpath="')
    return conditions


def own(live: Props, conditions: list[str]) -> Verdict:
    """Whether all of the program's own conditions are met."""
    missing = [entry for entry in conditions if not _holds(live, entry)]
    return waiting(f"it waits for {', '.join(missing)}") if missing else READY


def _holds(live: Props, entry: str) -> bool:
    how, _, rest = entry.partition("=")
    if how == "condition":
        kind, _, wanted = rest.partition("=")
        return text(condition(live, kind), "status").lower() == (wanted or "True").lower()
    path, _, wanted = rest.partition("}=") if "}=" in rest else (rest.rstrip("}"), "", "")
    found = at(live, parsed(path.strip("{}").lstrip(".")))
    return found is not None and (not wanted or str(found) == wanted)


def _balancer(live: Props) -> Props:
    return child(child(live, "status"), "loadBalancer")


def _endpoints(client: Client, namespace: str, name: str) -> tuple[int, int]:
    query = {"labelSelector": f"kubernetes.io/service-name={name}"}
    found = objects(client.get(f"/apis/discovery.k8s.io/v1/namespaces/{namespace}/endpointslices", query), "items")
    entries = [entry for item in found for entry in objects(item, "endpoints") if texts(entry, "addresses")]
    return sum(child(entry, "conditions").get("ready") is not False for entry in entries), len(entries)


def _backends(live: Props) -> set[str]:
    spec = child(live, "spec")
    paths = [path for rule in objects(spec, "rules") for path in objects(child(rule, "http"), "paths")]
    backends = [child(path, "backend") for path in paths] + [child(spec, "defaultBackend")]
    return {name for backend in backends if (name := text(child(backend, "service"), "name"))}
