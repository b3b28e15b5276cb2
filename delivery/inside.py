"""Addresses that answer inside a cluster only: their pods are looked at, and each is asked through its forward."""

import json
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from config.settings import CONTROL_ZONE
from delivery import forwards
from delivery.errors import CommandError
from delivery.forwards import Forward
from delivery.outputs import Outputs

_NAME = "app.kubernetes.io/name"
# A forward costs kubectl half a second of processor time.
_AT_ONCE = 8
_LOOK_WITHIN_S = 30
_OPEN_WITHIN_S = 15.0
Item = Mapping[str, Any]
Reach = Callable[[str, str], str | None]


@dataclass(frozen=True, kw_only=True)
class Workload:
    """A workload of a namespace: how many of its pods are ready, and how the others are (``pod (reason)``)."""

    namespace: str
    name: str
    wanted: int
    ready: int
    unready: tuple[str, ...]

    @property
    def fault(self) -> str | None:
        """What is wrong, None when every pod is ready."""
        if self.ready >= self.wanted:
            return None
        named = f": {', '.join(self.unready)}" if self.unready else ""
        return f"{self.ready} of {self.wanted} pods of {self.name} in {self.namespace} are ready{named}"


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a cluster says of a stack's workloads; ``refusal`` is why it says nothing."""

    workloads: tuple[Workload, ...] = ()
    refusal: str | None = None

    @property
    def faults(self) -> tuple[str, ...]:
        """What is not ready."""
        return tuple(fault for workload in self.workloads if (fault := workload.fault))

    def can_answer(self, namespace: str, name: str) -> bool:
        """Return whether a pod of the workload is ready."""
        return any(one.ready and (one.namespace, one.name) == (namespace, name) for one in self.workloads)


@dataclass(frozen=True, kw_only=True)
class Inside:
    """The inside of a stack's cluster, by kubectl in this ``environment`` and as the output `access` says."""

    outputs: Outputs
    environment: Mapping[str, str]

    def look(self) -> Look:
        """Look at the workloads and pods of every zone."""
        ways = self._ways()
        words = next(iter(ways.values())).command
        kubectl = words[: words.index("-n")]
        zones = sorted({*map(_namespace, ways.values()), *self._zones()})
        try:
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                found = list(pool.map(lambda zone: self._items([*kubectl, "-n", zone]), zones))
        except CommandError as error:
            return Look(refusal=str(error))
        return Look(
            workloads=tuple(
                workload for zone, items in zip(zones, found, strict=True) for workload in workloads(zone, items)
            )
        )

    def ask(self, urls: Iterable[str], look: Look, reach: Reach) -> dict[str, str | None]:
        """Ask the addresses among ``urls`` that have a forward; return by address what is wrong.

        ``reach`` gets an address and its URL on this machine, and returns what is wrong there.
        """
        ways = self._ways()

        def asked(url: str) -> str | None:
            way = ways[url]
            if not look.can_answer(_namespace(way), _service(way)):
                return "no pod of it is ready"
            try:
                with forwards.opened([way], self.environment, _say_nothing, within_s=_OPEN_WITHIN_S) as opened:
                    return reach(url, opened[way.name])
            except CommandError as error:
                return str(error)

        wanted = [url for url in urls if url in ways]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return dict(zip(wanted, pool.map(asked, wanted), strict=True))

    def _ways(self) -> dict[str, Forward]:
        listed = [Forward.of(name, text) for name, text in self.outputs.access.items()]
        return {f"http://{_service(way)}.{_namespace(way)}.svc:{way.remote}": way.anywhere() for way in listed}

    def _zones(self) -> list[str]:
        """Return the namespaces of planes that an edge publishes whole: those have no forward."""
        own = next((self.outputs.access[name] for name in ("query", "console") if name in self.outputs.access), None)
        if own is None:
            return []
        stack = _namespace(Forward.of("", own)).removesuffix(CONTROL_ZONE)
        return [f"{stack}{plane}" for plane in self.outputs.data_planes]

    def _items(self, kubectl: Sequence[str]) -> list[Item]:
        command = [*kubectl, "get", "deployments,statefulsets,pods", "-o", "json"]
        try:
            run = subprocess.run(
                command, env=self.environment, capture_output=True, text=True, timeout=_LOOK_WITHIN_S, check=True
            )
        except subprocess.CalledProcessError as error:
            said = (error.stderr or "").strip().splitlines() or ["no output from kubectl"]
            raise CommandError(said[-1], remedy="see that kubectl reaches the cluster") from error
        except (OSError, subprocess.TimeoutExpired) as error:
            raise CommandError(f"kubectl: {error}", remedy="see that kubectl reaches the cluster") from error
        items: list[Item] = json.loads(run.stdout)["items"]
        return items


def workloads(namespace: str, items: Sequence[Item]) -> list[Workload]:
    """Return the workloads among a namespace's objects, with their pods; a pod that is going counts no more."""
    pods = [item for item in items if item["kind"] == "Pod" and "deletionTimestamp" not in item["metadata"]]
    made = []
    for item in items:
        if item["kind"] == "Pod":
            continue
        own = [pod for pod in pods if _role(pod) == _role(item)]
        unready = tuple(f"{pod['metadata']['name']} ({reason})" for pod in own if (reason := _unready(pod)))
        made.append(
            Workload(
                namespace=namespace,
                name=_role(item),
                # Nothing of a stack wants no pod: what was scaled down to none is at fault.
                wanted=max(1, item["spec"].get("replicas", 1)),
                ready=len(own) - len(unready),
                unready=unready,
            )
        )
    return made


def _role(item: Item) -> str:
    metadata = item["metadata"]
    return str(metadata.get("labels", {}).get(_NAME, metadata["name"]))


def _unready(pod: Item) -> str | None:
    """Return why a pod is not ready, in Kubernetes' own words; None when it is."""
    status = pod.get("status", {})
    conditions = {each["type"]: each for each in status.get("conditions", ())}
    if conditions.get("Ready", {}).get("status") == "True":
        return None
    for container in (*status.get("initContainerStatuses", ()), *status.get("containerStatuses", ())):
        for state in ("waiting", "terminated"):
            if reason := container.get("state", {}).get(state, {}).get("reason"):
                return str(reason)
    unscheduled = conditions.get("PodScheduled", {})
    if unscheduled.get("status") == "False":
        return str(unscheduled.get("message") or unscheduled.get("reason"))
    return str(status.get("reason") or f"{status.get('phase', 'Unknown')}, not ready")


def _namespace(way: Forward) -> str:
    return way.command[way.command.index("-n") + 1]


def _service(way: Forward) -> str:
    return way.command[-1].removeprefix("service/")


def _say_nothing(_: str) -> None:
    """Say nothing: a forward that ends is told by what it was opened for."""
