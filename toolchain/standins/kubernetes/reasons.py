"""Why an object is not ready: its pods' states, their last log lines, and recent warnings."""

from toolchain.standins.kubernetes.client import Client
from toolchain.standins.kubernetes.objects import kind_of, name_of, namespace_of
from toolchain.standins.servicer.answering import RefusedError
from toolchain.standins.servicer.values import Props, child, number, objects, text

LOG_LINES = 5
EVENTS = 5
PODS = 3
# States in which a container merely starts; they explain nothing.
_STARTING = ("ContainerCreating", "PodInitializing")


def reasons(live: Props, client: Client) -> list[str]:
    """List what is known, most telling first; never raises, for it only explains another error."""
    try:
        every = _pods(live, client)
        pods = [pod for pod in every if pod_reasons(pod)][:PODS]
        found = [f"pod {name_of(pod)}: {why}" for pod in pods for why in pod_reasons(pod)]
        found += [line for pod in pods for line in _logs(pod, client)]
        # A pod that merely starts may wait for a volume, which only an event tells.
        found += _events(live, [*pods, *[pod for pod in every if _starts(pod)][:PODS]], client)
    except RefusedError as error:
        return [f"(no reasons: {error})"]
    return list(dict.fromkeys(found))


def pod_reasons(pod: Props) -> list[str]:
    """Explain what keeps one pod from being ready; empty if it is ready."""
    status = child(pod, "status")
    found = [
        f"unschedulable: {text(entry, 'message')}"
        for entry in objects(status, "conditions")
        if text(entry, "type") == "PodScheduled" and text(entry, "status") == "False"
    ]
    if text(status, "reason"):
        found.append(f"{text(status, 'reason')}: {text(status, 'message')}")  # evicted, for example
    containers = objects(status, "initContainerStatuses") + objects(status, "containerStatuses")
    return found + [f"container {text(entry, 'name')}: {why}" for entry in containers if (why := _container(entry))]


def _starts(pod: Props) -> bool:
    containers = objects(child(pod, "status"), "containerStatuses")
    return any(text(child(child(entry, "state"), "waiting"), "reason") in _STARTING for entry in containers)


def _container(status: Props) -> str:
    state, last = child(status, "state"), child(child(status, "lastState"), "terminated")
    waits, ended = child(state, "waiting"), child(state, "terminated")
    if waits and text(waits, "reason") not in _STARTING:
        return f"{text(waits, 'reason')}: {text(waits, 'message')}{_ending(last)}".rstrip(": ")
    if ended and number(ended, "exitCode"):
        return _ending(ended).lstrip("; ")
    if "running" in state and status.get("ready") is False:
        return f"runs but is not ready{_ending(last)}"
    # Between two ends of a crash loop a container without a probe runs and is ready, or starts: its last end says why.
    return f"starts again{_ending(last)}" if number(last, "exitCode") else ""


def _ending(ended: Props) -> str:
    if not ended:
        return ""
    message = " ".join(text(ended, "message").split())
    return f"; ended with code {number(ended, 'exitCode')} ({text(ended, 'reason')}){': ' + message if message else ''}"


def _pods(live: Props, client: Client) -> list[Props]:
    kind = kind_of(live)
    if kind.kind == "Pod":
        return [live]
    selector = child(child(live, "spec"), "selector")
    query = label_selector(selector) if kind.kind != "Service" else ",".join(f"{k}={v}" for k, v in selector.items())
    if kind.group not in ("apps", "batch", "") or not query:
        return []
    found = objects(client.get(f"/api/v1/namespaces/{namespace_of(live)}/pods", {"labelSelector": query}), "items")
    # The newest first: they are of the version that does not come up.
    return sorted(found, key=lambda pod: text(child(pod, "metadata"), "creationTimestamp"), reverse=True)


def label_selector(selector: Props) -> str:
    """Write an object's selector as the API's query wants it."""
    parts = [f"{key}={value}" for key, value in child(selector, "matchLabels").items()]
    for entry in objects(selector, "matchExpressions"):
        values = entry.get("values")
        listed = ",".join(str(value) for value in values) if isinstance(values, list) else ""
        match text(entry, "operator"):
            case "In":
                parts.append(f"{text(entry, 'key')} in ({listed})")
            case "NotIn":
                parts.append(f"{text(entry, 'key')} notin ({listed})")
            case "Exists":
                parts.append(text(entry, "key"))
            case _:
                parts.append(f"!{text(entry, 'key')}")
    return ",".join(parts)


def _logs(pod: Props, client: Client) -> list[str]:
    """Return the last lines of containers that ended badly."""
    found = []
    for entry in objects(child(pod, "status"), "containerStatuses"):
        ended = child(child(entry, "state"), "terminated") or child(child(entry, "lastState"), "terminated")
        if not number(ended, "exitCode"):
            continue
        before = "terminated" not in child(entry, "state")
        query = {"container": text(entry, "name"), "tailLines": str(LOG_LINES), "previous": str(before).lower()}
        try:
            log = client.get_text(f"/api/v1/namespaces/{namespace_of(pod)}/pods/{name_of(pod)}/log", query)
        except RefusedError:
            continue  # the log is gone with its container
        found += [f"log of {text(entry, 'name')}: {line}" for line in log.strip().splitlines()]
    return found


def _events(live: Props, pods: list[Props], client: Client) -> list[str]:
    """Return the newest warnings about the object, its pods and what it makes them through."""
    path = f"/api/v1/namespaces/{namespace_of(live) or 'default'}/events"
    warnings = objects(client.get(path, {"fieldSelector": "type=Warning"}), "items")
    names = {name_of(pod) for pod in pods} | {name_of(live)}
    mine = [event for event in warnings if _about(child(event, "involvedObject"), names, name_of(live))]
    mine.sort(key=lambda event: text(event, "lastTimestamp") or text(event, "eventTime"))
    # One of a kind is enough: a quota refuses pod after pod.
    newest = {(text(child(event, "involvedObject"), "name"), text(event, "reason")): event for event in mine}
    return [
        f"event on {text(child(event, 'involvedObject'), 'kind')} {text(child(event, 'involvedObject'), 'name')}: "
        f"{text(event, 'reason')}: {' '.join(text(event, 'message').split())}"
        for event in list(newest.values())[-EVENTS:]
    ]


def _about(involved: Props, names: set[str], owner: str) -> bool:
    name = text(involved, "name")
    # What a workload makes carries its name in front: replica sets, jobs' pods, claims of a stateful set.
    return name in names or (text(involved, "kind") == "ReplicaSet" and name.rpartition("-")[0] == owner)
