"""Frozen views over the pods of Kubernetes objects, whatever makes them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from policies.processes import Process
from policies.reading import UNKNOWN, Maybe, Record, Unknown, inside, known

KUBERNETES = "kubernetes:"
"""What the type of every object on a cluster begins with."""

_TEMPLATE = ("spec", "template", "spec")
# Where the pod is, by the type of what makes it.
_POD_SPECS = {
    "kubernetes:core/v1:Pod": ("spec",),
    "kubernetes:apps/v1:Deployment": _TEMPLATE,
    "kubernetes:apps/v1:StatefulSet": _TEMPLATE,
    "kubernetes:apps/v1:DaemonSet": _TEMPLATE,
    "kubernetes:apps/v1:ReplicaSet": _TEMPLATE,
    "kubernetes:batch/v1:Job": _TEMPLATE,
    "kubernetes:batch/v1:CronJob": ("spec", "jobTemplate", *_TEMPLATE),
}
POD_OWNERS = tuple(_POD_SPECS)
_HOST_MODES = ("hostNetwork", "hostPID", "hostIPC")
_SECCOMP = ("RuntimeDefault", "Localhost")


@dataclass(frozen=True)
class HostPort:
    """A container's port that the node itself listens on."""

    container: str
    number: int


@dataclass(frozen=True)
class Pod:
    """A pod by what declares it. `containers` leaves out those that are not known yet."""

    containers: tuple[Process, ...]
    service_account: Maybe[str]
    mounts_token: Maybe[bool]
    host_paths: tuple[str, ...]
    host_ports: tuple[HostPort, ...]


def pod(kind: str, props: Mapping[str, Any]) -> Pod | None:
    """View the pod that an object of the type `kind` makes; None when it makes none, or one that is not known yet."""
    spec = inside(Record(props), *_POD_SPECS[kind]) if kind in _POD_SPECS else None
    if spec is None or isinstance(spec, Unknown):
        return None
    started = [(item, _ends(kind)) for item in known(spec.records("containers"))]
    # An init container that is restarted always is a sidecar: it runs as long as the pod.
    started += [(item, item.text("restartPolicy") != "Always") for item in known(spec.records("initContainers"))]
    volumes = [inside(volume, "hostPath") for volume in known(spec.records("volumes"))]
    paths = [volume.text("path") for volume in volumes if isinstance(volume, Record)]
    return Pod(
        containers=tuple(_process(item, spec, ends_by_itself=ends) for item, ends in started),
        service_account=spec.text("serviceAccountName"),
        mounts_token=spec.flag("automountServiceAccountToken"),
        host_paths=tuple(path for path in paths if isinstance(path, str)),
        host_ports=tuple(
            HostPort(str(item.text("name")), int(number))
            for item, _ in started
            for port in known(item.records("ports"))
            if isinstance(number := port.number("hostPort"), float) and number > 0
        ),
    )


def _ends(kind: str) -> bool:
    return kind.startswith("kubernetes:batch/")


def _process(item: Record, spec: Record, *, ends_by_itself: bool) -> Process:
    own, shared = item.record("securityContext"), spec.record("securityContext")
    limits = inside(item, "resources", "limits")
    capabilities = _in(own, "capabilities")
    escalates = _flag(own, "allowPrivilegeEscalation")
    return Process(
        label=str(item.text("name") or ""),
        image=item.text("image"),
        user=_user(own, shared),
        read_only=_flag(own, "readOnlyRootFilesystem"),
        privileged=_flag(own, "privileged"),
        capabilities_added=_texts(capabilities, "add"),
        capabilities_dropped=_texts(capabilities, "drop"),
        # Nothing said means allowed.
        no_new_privileges=escalates if isinstance(escalates, Unknown) else escalates is False,
        unconfined=tuple(_unconfined(own, shared)),
        memory=_amount(limits, "memory"),
        cpus=_amount(limits, "cpu"),
        probe=_probe(item),
        modes=tuple((mode, _host(spec.flag(mode))) for mode in _HOST_MODES),
        environment=tuple(_environment(item)),
        ends_by_itself=ends_by_itself,
    )


def _user(own: Maybe[Record], shared: Maybe[Record]) -> Maybe[str]:
    """Read the user's number: the container's own, else the pod's."""
    for context in (own, shared):
        number = context if context is None or isinstance(context, Unknown) else context.number("runAsUser")
        if isinstance(number, Unknown):
            return number
        if number is not None:
            return str(int(number))
    return None


def _unconfined(own: Maybe[Record], shared: Maybe[Record]) -> list[str]:
    found = []
    profile = _chosen(own, shared, "seccompProfile")
    if not isinstance(profile, Unknown) and profile not in _SECCOMP:
        found.append(f"seccompProfile {profile or 'not set'}")
    if _chosen(own, shared, "appArmorProfile") == "Unconfined":
        found.append("appArmorProfile Unconfined")
    mount = own.text("procMount") if isinstance(own, Record) else None
    if mount == "Unmasked":
        found.append("procMount Unmasked")
    return found


def _chosen(own: Maybe[Record], shared: Maybe[Record], profile: str) -> Maybe[str]:
    """Read the type of a profile: the container's own, else the pod's."""
    for context in (own, shared):
        found = _in(context, profile)
        if found is not None:
            return found if isinstance(found, Unknown) else found.text("type")
    return None


def _amount(limits: Maybe[Record], key: str) -> Maybe[float]:
    """Read the number of a quantity ("256Mi": 256), which tells whether there is a limit, not how much."""
    text = limits if limits is None or isinstance(limits, Unknown) else limits.text(key)
    if text is None or isinstance(text, Unknown):
        return text
    match = re.match(r"\d+(\.\d+)?", text)
    return float(match[0]) if match else 0.0


def _probe(item: Record) -> tuple[str | Unknown, ...] | Unknown:
    probe = item.record("readinessProbe")
    if isinstance(probe, Unknown):
        return probe
    ways = ("httpGet", "tcpSocket", "grpc", "exec")
    return () if probe is None else tuple(way for way in ways if probe.has(way))


def _environment(item: Record) -> list[str]:
    """Read the variables with a value; those that come from a Secret have none."""
    found = []
    for variable in known(item.records("env")):
        name, value = variable.text("name"), variable.text("value")
        if isinstance(name, str) and isinstance(value, str):
            found.append(f"{name}={value}")
    return found


def _host(flag: Maybe[bool]) -> Maybe[str]:
    return flag if flag is None or isinstance(flag, Unknown) else "host" if flag else None


def _in(bag: Maybe[Record], key: str) -> Maybe[Record]:
    return bag if bag is None or isinstance(bag, Unknown) else bag.record(key)


def _flag(bag: Maybe[Record], key: str) -> Maybe[bool]:
    return bag if bag is None or isinstance(bag, Unknown) else bag.flag(key)


def _texts(bag: Maybe[Record], key: str) -> tuple[str | Unknown, ...] | Unknown:
    if isinstance(bag, Unknown):
        return UNKNOWN
    return () if bag is None else bag.texts(key)
