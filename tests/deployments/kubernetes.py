"""A stack of two planes on a Kubernetes cluster, two replicas of everything."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from components import roles
from components.platform import MetricsStoreSpec, Zone
from components.workload import Workload
from config.images import API, PROMETHEUS, THANOS
from config.settings import CONTROL_ZONE
from infra.platforms.kubernetes.naming import NAME, Naming
from infra.platforms.kubernetes.store import StoreImages, query_workload, store_workload
from tests.deployments import Role
from tests.deployments.base import StackUnderTest
from tests.deployments.declared import declared
from tests.harness.forwarding import Forwards
from tests.harness.kubernetes import OnCluster, temporary_cluster_stack
from tests.harness.probing import InsidePod, stand_in
from tests.harness.prometheus import Store
from tests.harness.pulumi import ROOT
from tests.harness.reporting import Figures
from tests.harness.waiting import wait_until

PLANES = ("dev", "prod")
FAILING, FLAWLESS = PLANES
REPLICAS = 2
_READY_WITHIN_S = 120
_LAST_LINES = 50


@dataclass(frozen=True, kw_only=True)
class Pod:
    """A pod of a workload; ``started`` is when it and each of its containers did."""

    role: Role
    name: str
    started: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Running:
    """The pods at a moment, by their uids."""

    moment: datetime
    pods: dict[str, Pod]


@dataclass(kw_only=True)
class KubernetesDeployment(StackUnderTest):
    """A stack on the cluster; addresses that answer inside only are forwarded as the output ``access`` says."""

    cluster: OnCluster
    forwards: Forwards
    platform: str = "kubernetes"
    own_jobs: frozenset[str] = frozenset({"prometheus", "alertmanager"})
    lists_pods: bool = True
    # Plane → where each of its collectors' expositions is read.
    _collectors: dict[str, list[str]] = field(default_factory=dict)
    _pods: dict[Role, dict[str, str]] = field(default_factory=dict)

    @property
    def zones(self) -> tuple[str, ...]:
        """Every zone."""
        return (*self.planes, CONTROL_ZONE)

    @property
    def naming(self) -> Naming:
        """How the platform names what it makes."""
        return Naming(stack=self.stack.name, release=str(self.settings["release"]))

    @property
    def store(self) -> Store:
        """Thanos Query, through its documented way."""
        return Store(url=self.url("query"))

    def restore(self) -> None:
        """Bring back the settings and wait until everything is well."""
        self.repair()
        self.wait_well()

    def wait_well(self) -> None:
        """Wait until every pod that a controller wants is ready and the metrics store answers queries."""
        wait_until(self.unready, lambda seen: not seen, within_s=_READY_WITHIN_S, what="every pod is ready", every_s=1)
        self.forwards.reopen()
        self._collectors.clear()
        self._pods.clear()
        self.store.wait_ready()

    def unready(self) -> list[str]:
        """Return what is not as its controller wants it, with a word on how it is."""
        with ThreadPoolExecutor() as pool:
            found = pool.map(lambda zone: self.cluster.items("deployments,statefulsets,pods", zone), self.zones)
        return [fault for items in found for item in items if (fault := _fault(item))]

    def url(self, name: str) -> str:
        """Return the local end of the documented way."""
        return self.forwards.url(name, self.outputs.access[name])

    def exposition(self, plane: str) -> str:
        """Read every collector of the plane, each by a way of its own."""
        if plane not in self._collectors:
            pods = self.pods(Role(zone=plane, name=roles.COLLECTOR))
            self._collectors[plane] = [self._way_to(plane, pod, roles.COLLECTOR_METRICS) for pod in pods]
        with ThreadPoolExecutor() as pool:
            return "\n".join(pool.map(_read, self._collectors[plane]))

    def _way_to(self, zone: str, pod: str, port: int) -> str:
        where = f"--context {self.cluster.cluster.context} -n {self.cluster.namespace(zone)}"
        return self.forwards.url(f"{zone}-{pod}", f"kubectl {where} port-forward pod/{pod} {{free}}:{port}")

    def pods(self, role: Role) -> dict[str, str]:
        """Return the address of each running pod of a workload, by name in order."""
        found = {
            pod["metadata"]["name"]: pod["status"].get("podIP", "")
            for pod in self.cluster.items("pods", role.zone)
            if pod["metadata"]["labels"].get(NAME) == role.name and "deletionTimestamp" not in pod["metadata"]
        }
        assert found, f"{role} has no pods"
        return dict(sorted(found.items()))

    def running(self) -> Running:
        """Return every pod as it runs now."""
        moment = datetime.now(UTC).replace(microsecond=0)
        found = {
            pod["metadata"]["uid"]: Pod(
                role=Role(zone=zone, name=pod["metadata"]["labels"].get(NAME, "")),
                name=pod["metadata"]["name"],
                started=(
                    pod["status"]["startTime"],
                    *(str(each["state"].get("running", {}).get("startedAt")) for each in _containers(pod)),
                ),
            )
            for zone in self.zones
            for pod in self.cluster.items("pods", zone)
        }
        return Running(moment=moment, pods=found)

    def disturbed(self, before: Running) -> list[Pod]:
        """Return what came, went or restarted since then, but for pods that an autoscaler added or took away.

        Under the load of earlier tests it adds some, and minutes later, in the middle of another test, takes them away.
        """
        after, rescaled = self.running().pods, self._rescaled(before.moment)
        everything = before.pods | after
        came_or_went = [everything[uid] for uid in before.pods.keys() ^ after.keys()]
        restarted = [after[uid] for uid in before.pods.keys() & after.keys() if after[uid] != before.pods[uid]]
        return [*(pod for pod in came_or_went if pod.role not in rescaled), *restarted]

    def _rescaled(self, since: datetime) -> set[Role]:
        scaled = [(zone, item) for zone in self.zones for item in self.cluster.items("horizontalpodautoscalers", zone)]
        return {
            Role(zone=zone, name=item["spec"]["scaleTargetRef"]["name"])
            for zone, item in scaled
            if (last := item["status"].get("lastScaleTime")) and datetime.fromisoformat(last) >= since
        }

    def workloads(self) -> dict[Role, Workload]:
        """Return every workload; the store is Prometheus with its sidecar, and Thanos Query."""
        images, naming = StoreImages(prometheus=PROMETHEUS, thanos=THANOS), self.naming

        def store(spec: MetricsStoreSpec[Zone]) -> tuple[Workload, ...]:
            return store_workload(spec, images, naming, replicas=REPLICAS), query_workload(images, naming, None)

        return declared(self.settings, copies=REPLICAS, store=store)

    def names(self, target: Role, caller: Role) -> frozenset[str]:
        """Return its Service and every pod; for a workload that calls itself its other pods."""
        if target not in self._pods:
            self._pods[target] = self.pods(target)
        _, *others = addresses = list(self._pods[target].values())
        if target == caller:
            return frozenset(others)
        return frozenset([f"{target.name}.{self.cluster.namespace(target.zone)}.svc", *addresses])

    def addresses(self, target: Role, caller: Role) -> frozenset[str]:
        """Return the same: there are no others."""
        return self.names(target, caller)

    def tolerates(self, caller: Role, target: Role) -> bool:  # noqa: ARG002  the platform tolerates nothing
        """NetworkPolicies know ports."""
        return False

    @contextmanager
    def inside(self, role: Role) -> Iterator[InsidePod]:
        """Stand inside the first pod of a workload, whatever its image has."""
        with stand_in(self.cluster, role.zone, next(iter(self.pods(role))), API.reference(ROOT)) as made:
            yield made

    def report(self) -> str:
        """Return the last command's output, the pods of every zone, and what each console said last."""
        found = [
            self.cluster.kubectl("-n", self.cluster.namespace(zone), "get", "pods,events", "-owide").stdout
            for zone in self.zones
        ]
        told = ("--selector", f"{NAME}={roles.CONSOLE}", "--prefix", "--timestamps", f"--tail={_LAST_LINES}")
        console = self.cluster.kubectl("-n", self.cluster.namespace(CONTROL_ZONE), "logs", *told)
        return "\n".join([self.said(), *found, "console:", console.stdout or console.stderr])


def _read(url: str) -> str:
    return httpx.get(f"{url}/metrics", timeout=10, trust_env=False).raise_for_status().text


def _containers(pod: dict[str, Any]) -> list[dict[str, Any]]:
    return sorted(pod["status"].get("containerStatuses", []), key=lambda status: str(status["name"]))


def _fault(item: dict[str, Any]) -> str:
    name, status, spec = item["metadata"]["name"], item["status"], item["spec"]
    if item["kind"] == "Pod":
        return f"{name} is going" if "deletionTimestamp" in item["metadata"] else ""
    wanted, ready = spec.get("replicas", 1), status.get("readyReplicas", 0)
    seen = status.get("observedGeneration") == item["metadata"]["generation"]
    updated = status.get("updatedReplicas", 0) == status.get("replicas", 0) == wanted
    return "" if seen and updated and ready == wanted else f"{name}: {ready} of {wanted}"


@contextmanager
def deployed(folder: Path, figures: Figures) -> Iterator[KubernetesDeployment]:
    """Deploy two planes under a name of their own; remove everything at the end, whatever happened."""
    variables = {FAILING: {"ERROR_RATE": "1"}, FLAWLESS: {"ERROR_RATE": "0", "ENABLE_SLOW_REQUESTS": "false"}}
    with temporary_cluster_stack(folder, PLANES, variables=variables) as (cluster, settings):
        forwards = Forwards(environment={"KUBECONFIG": cluster.cluster.kubeconfig})
        deployment = KubernetesDeployment(
            stack=cluster.stack,
            cluster=cluster,
            forwards=forwards,
            settings=settings,
            figures=figures,
            planes=PLANES,
            failing=FAILING,
            flawless=FLAWLESS,
        )
        try:
            deployment.restore()
            yield deployment
        finally:
            forwards.close()
