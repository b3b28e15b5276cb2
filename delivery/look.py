"""A look at a stack's workloads and their pods on a cluster, by kubectl."""

import json
import re
import subprocess
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from delivery import mounts

_NAME, _INSTANCE = "app.kubernetes.io/name", "app.kubernetes.io/instance"
# What a controller runs for: its Service is called so, whichever of several versions that leads to.
_COMPONENT = "app.kubernetes.io/component"
_KINDS = "deployments,statefulsets,pods"
_AT_ONCE = 8
_WITHIN_S = 30.0
# EKS clusters get a context on this machine by `aws eks update-kubeconfig`, which nobody needs to have run for `up`.
_NO_CONTEXT = re.compile(r'context was not found|context "[^"]*" does not exist')
Item = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Workload:
    """A workload of a namespace: how many of its pods are ready, and how the others are (``pod (reason)``).

    ``role`` is what its Service is called; ``waiting`` are those of the others for which no node has room.
    """

    namespace: str
    name: str
    role: str
    wanted: int
    ready: int
    unready: tuple[str, ...]
    waiting: tuple[str, ...] = ()

    @property
    def fault(self) -> str | None:
        """What is wrong, None when as many pods are ready as are wanted and none waits for a node."""
        if self.ready >= self.wanted:
            # A rollout that waits has all of its old pods.
            return f"pods of {self.name} in {self.namespace}: {', '.join(self.waiting)}" if self.waiting else None
        named = f": {', '.join(self.unready)}" if self.unready else ""
        return f"{self.ready} of {self.wanted} pods of {self.name} in {self.namespace} are ready{named}"


@dataclass(frozen=True, kw_only=True)
class Namespace:
    """A namespace of a stack: its workloads, or why they are not known.

    ``refusal`` says that they may not be looked at from here; ``failure`` that looking failed, which is a fault.
    """

    name: str
    workloads: tuple[Workload, ...] = ()
    refusal: str | None = None
    failure: str | None = None

    @property
    def is_known(self) -> bool:
        """Whether its workloads are known."""
        return self.refusal is None and self.failure is None

    @property
    def faults(self) -> tuple[str, ...]:
        """What is wrong with it; no zone is without workloads, and kubectl shows one that is gone as empty."""
        if self.failure is not None:
            return (f"the workloads in {self.name} are not known: {self.failure}",)
        if self.is_known and not self.workloads:
            return (f"no workload of the stack is in {self.name}",)
        return tuple(fault for workload in self.workloads if (fault := workload.fault))


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a cluster says of a stack's namespaces; ``outage`` is why it says nothing though it should."""

    namespaces: tuple[Namespace, ...] = ()
    outage: str | None = None

    @property
    def faults(self) -> tuple[str, ...]:
        """What is not as it should be."""
        outage = (
            () if self.outage is None else (f"the cluster does not answer: {self.outage}; see that kubectl reaches it",)
        )
        return (*outage, *(fault for namespace in self.namespaces for fault in namespace.faults))

    @property
    def remark(self) -> str | None:
        """Where nothing may be looked at, and why; None when that is nowhere."""
        refused = [namespace for namespace in self.namespaces if namespace.refusal is not None]
        if not refused:
            return None
        where = "" if len(refused) == len(self.namespaces) else f" in {', '.join(each.name for each in refused)}"
        return f"Pods were not looked at{where}: {refused[0].refusal}"

    def knows(self, namespace: str) -> bool:
        """Return whether the namespace's workloads are known."""
        return any(each.name == namespace and each.is_known for each in self.namespaces)

    def can_answer(self, namespace: str, name: str) -> bool:
        """Return whether a pod behind the Service is ready."""
        return any(
            one.ready and one.role == name
            for each in self.namespaces
            if each.name == namespace
            for one in each.workloads
        )


class _FailedError(Exception):
    """Kubectl gave no answer, though it should have one."""


class _RefusedError(Exception):
    """Nobody may look from here: the user's rights do not allow it, or this machine knows no way to the cluster."""


class _ForbiddenError(_RefusedError):
    """The API server answers that the user may not look."""


@dataclass(frozen=True, kw_only=True)
class Kubectl:
    """The ``command`` that reaches a cluster, kubectl with its context; lists what has ``instance`` as its label."""

    command: Sequence[str]
    environment: Mapping[str, str]
    instance: str
    within_s: float = _WITHIN_S

    def look(self, namespaces: Sequence[str]) -> Look:
        """Look at the workloads in the namespaces: in the whole cluster at once, or in each where only that is allowed.

        Never raises for what kubectl says: the look tells of it.
        """
        try:
            items = self._items("--all-namespaces")
        except _ForbiddenError:
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                return Look(namespaces=tuple(pool.map(self._alone, namespaces)))
        except _RefusedError as error:
            return Look(namespaces=tuple(Namespace(name=name, refusal=str(error)) for name in namespaces))
        except _FailedError as error:
            return Look(outage=str(error))
        found = defaultdict(list)
        for item in items:
            found[item["metadata"]["namespace"]].append(item)
        missing = self._missing(items, "--all-namespaces")
        return Look(
            namespaces=tuple(
                Namespace(name=name, workloads=tuple(workloads(name, found[name], missing))) for name in namespaces
            )
        )

    def _alone(self, namespace: str) -> Namespace:
        try:
            items = self._items("-n", namespace)
            missing = self._missing(items, "-n", namespace)
            return Namespace(name=namespace, workloads=tuple(workloads(namespace, items, missing)))
        except _RefusedError as error:
            return Namespace(name=namespace, refusal=str(error))
        except _FailedError as error:
            return Namespace(name=namespace, failure=str(error))

    def _missing(self, items: Sequence[Item], *where: str) -> Mapping[str, str]:
        """Return what pods wait for that have a node and no files, by uid; none where events may not be listed."""
        if not any(mounts.is_awaited(item) for item in items):
            return {}
        try:
            return mounts.missing(self._listed("events", *where, "--field-selector", mounts.SELECTOR))
        except (_RefusedError, _FailedError):
            return {}

    def _items(self, *where: str) -> list[Item]:
        return self._listed(_KINDS, *where, "-l", f"{_INSTANCE}={self.instance}")

    def _listed(self, kinds: str, *more: str) -> list[Item]:
        command = [*self.command, "get", kinds, *more, "-o", "json"]
        try:
            run = subprocess.run(
                command, env=self.environment, capture_output=True, text=True, timeout=self.within_s, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise _FailedError(f"no answer to kubectl within {self.within_s:g} s") from error
        except OSError as error:
            raise _RefusedError(f"{command[0]} does not start ({error.strerror}); install it") from error
        if run.returncode:
            raise _error(run.stderr)
        items: list[Item] = json.loads(run.stdout)["items"]
        return items


def _error(stderr: str) -> Exception:
    """Return what kubectl's words mean; it has a line for each kind that it could not list."""
    said = stderr.strip().splitlines() or ["no output from kubectl"]
    answers = [line for line in said if line.startswith("Error from server")]
    if answers and all("(Forbidden)" in line for line in answers):
        return _ForbiddenError(f"{answers[-1]}; allow the user to list {_KINDS}")
    if _NO_CONTEXT.search(said[-1]):
        return _RefusedError(f"{said[-1]}; add it to this machine's kubeconfig")
    return _FailedError(said[-1])


def workloads(
    namespace: str, items: Sequence[Item], missing: Mapping[str, str] = MappingProxyType({})
) -> list[Workload]:
    """Return the workloads among a namespace's objects, with their pods; a pod that is going counts no more.

    ``missing`` is what pods lack of their files, by uid.
    """
    pods = [item for item in items if item["kind"] == "Pod" and "deletionTimestamp" not in item["metadata"]]
    made = []
    for item in items:
        if item["kind"] == "Pod":
            continue
        own = [pod for pod in pods if _label(pod, _NAME) == _label(item, _NAME)]
        reasons = {f"{pod['metadata']['name']} ({reason})": pod for pod in own if (reason := _unready(pod, missing))}
        made.append(
            Workload(
                namespace=namespace,
                name=_label(item, _NAME),
                role=_label(item, _COMPONENT),
                # Nothing of a stack wants no pod: what was scaled down to none is at fault.
                wanted=max(1, item["spec"].get("replicas", 1)),
                ready=len(own) - len(reasons),
                unready=tuple(reasons),
                waiting=tuple(told for told, pod in reasons.items() if _unscheduled(pod)),
            )
        )
    return made


def _label(item: Item, label: str) -> str:
    """Return the label of an object; its name where it has none."""
    metadata = item["metadata"]
    return str(metadata.get("labels", {}).get(label, metadata["name"]))


def _unready(pod: Item, missing: Mapping[str, str]) -> str | None:
    """Return why a pod is not ready, in Kubernetes' own words; None when it is."""
    status = pod.get("status", {})
    if _condition(pod, "Ready").get("status") == "True":
        return None
    if lacks := missing.get(str(pod["metadata"].get("uid"))):
        return f"waits for its files: {lacks}"
    for container in (*status.get("initContainerStatuses", ()), *status.get("containerStatuses", ())):
        for state in ("waiting", "terminated"):
            if reason := container.get("state", {}).get(state, {}).get("reason"):
                return str(reason)
    if unscheduled := _unscheduled(pod):
        return f"waits for a node: {unscheduled}"
    return str(status.get("reason") or f"{status.get('phase', 'Unknown')}, not ready")


def _unscheduled(pod: Item) -> str | None:
    """Return why no node takes a pod; None when one has."""
    found = _condition(pod, "PodScheduled")
    return str(found.get("message") or found.get("reason")) if found.get("status") == "False" else None


def _condition(pod: Item, kind: str) -> Item:
    found: Item = next((each for each in pod.get("status", {}).get("conditions", ()) if each["type"] == kind), {})
    return found
