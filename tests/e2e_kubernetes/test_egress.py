"""What leaves a cluster: alerts to a receiver outside it, and from a plane what its workloads declare; nothing else."""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import pytest

from tests.deployments import Address, Deployment, Role
from tests.deployments.kubernetes import FAILING, KubernetesDeployment
from tests.deployments.traffic import visit_all
from tests.harness.eks.node import answering_at, layout_of
from tests.harness.kubernetes import OnCluster
from tests.harness.outside import Outside, outside
from tests.harness.ports import free_ports
from tests.harness.settings import plane
from tests.harness.waiting import wait_until

# Of the documentation's own network (RFC 5737): to a policy the internet, and nobody's.
INTERNET = "203.0.113.7"
API_SERVER = ("kubernetes.default.svc", 443)
NEW = "qa"
# Seconds. Errors are held for 60 s in a window of 60 s; the rest is scrapes, evaluations and the wait of the group.
FIRES_WITHIN = 240


@dataclass(frozen=True, kw_only=True)
class Leaving:
    """The stack with a webhook on this machine and a plane whose workloads say where they connect to.

    ``receiver`` and ``other`` listen here, at ``private`` as well as at the address of the internet.
    """

    on: KubernetesDeployment
    receiver: Outside
    other: Outside
    private: str

    @property
    def everywhere(self) -> set[Address]:
        """Every place outside, and those of the plane's workloads."""
        ports = (self.receiver.port, self.other.port)
        return {API_SERVER, *((host, port) for host in (INTERNET, self.private) for port in ports), *self.inside}

    @property
    def inside(self) -> set[Address]:
        """The plane's workloads."""
        return {self.service("api"), self.service("worker")}

    def service(self, role: str) -> Address:
        """Return where a workload of the plane answers."""
        return f"{role}.{self.on.cluster.namespace(NEW)}.svc", 8000

    def opened(self, zone: str, role: str) -> set[Address]:
        """Return where a workload gets through to."""
        with self.on.inside(Role(zone=zone, name=role)) as inside:
            return set(inside.opened(self.everywhere - {self.service(role)}))


@contextmanager
def named(cluster: OnCluster, name: str, address: str) -> Iterator[str]:
    """Have the cluster's DNS answer with an address for a name, as it would for one of the internet."""
    meta = {"name": name, "namespace": "default"}
    service = {"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": {"clusterIP": "None"}}
    slice_ = {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {**meta, "labels": {"kubernetes.io/service-name": name}},
        "addressType": "IPv4",
        "endpoints": [{"addresses": [address], "conditions": {"ready": True}}],
    }
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": [service, slice_]})
    made = cluster.kubectl("apply", "-f-", given=text)
    assert made.returncode == 0, made.stderr
    try:
        yield f"{name}.default.svc"
    finally:
        cluster.kubectl("delete", "--ignore-not-found", "-f-", given=text)


@pytest.fixture(scope="module")
def leaving(deployment: Deployment) -> Iterator[Leaving]:
    assert isinstance(deployment, KubernetesDeployment)
    deployment.restore()
    layout = layout_of(deployment.cluster.cluster)
    with ExitStack() as at_end:
        at_end.enter_context(answering_at(layout, INTERNET))
        receiver, other = at_end.enter_context(outside()), at_end.enter_context(outside())
        host = at_end.enter_context(named(deployment.cluster, f"receiver-{deployment.stack.name}", INTERNET))
        private = str(layout.host_address)
        said = deployment.changed_settings()
        said["dataPlanes"][NEW] = {
            **plane(*free_ports(2)),
            "workloads": {
                "api": {"egress": [{"ports": [receiver.port]}]},
                "worker": {"callers": ["api"], "egress": [{"ports": [other.port], "cidrs": [f"{private}/32"]}]},
            },
        }
        deployment.stack.set_secret("alertWebhookUrl", f"http://{host}:{receiver.port}/hook")
        at_end.callback(lambda: deployment.stack.pulumi("config", "rm", "planewatch:alertWebhookUrl").succeeded())
        deployment.apply(said).succeeded()
        deployment.wait_well()
        # More than the 20 requests below which a ratio means nothing. The alert comes while the other tests run.
        visit_all(deployment, [FAILING], rounds=3, payments=10, reports=0)
        yield Leaving(on=deployment, receiver=receiver, other=other, private=private)


def test_alertmanager_reaches_its_receivers_port_and_nothing_else(leaving: Leaving) -> None:
    # The receiver is named: it could be anywhere, so its port is open everywhere outside.
    reached = {(INTERNET, leaving.receiver.port), (leaving.private, leaving.receiver.port)}
    assert leaving.opened("control", "alertmanager") == reached


def test_an_application_reaches_the_internet_and_a_sibling_where_declared(leaving: Leaving) -> None:
    assert leaving.opened(NEW, "api") == {(INTERNET, leaving.receiver.port), leaving.service("worker")}


def test_an_application_reaches_a_network_that_it_declares(leaving: Leaving) -> None:
    assert leaving.opened(NEW, "worker") == {(leaving.private, leaving.other.port)}


def test_a_plane_that_declares_nothing_reaches_nothing(leaving: Leaving) -> None:
    assert leaving.opened(FAILING, "api") == set()


def test_an_alert_reaches_a_receiver_outside_the_cluster(leaving: Leaving) -> None:
    begun = time.monotonic()
    (alert, *_) = wait_until(
        lambda: leaving.receiver.alerts("HighErrorRate", FAILING),
        within_s=FIRES_WITHIN,
        what=f"HighErrorRate of {FAILING} outside the cluster",
        every_s=1,
    )
    leaving.on.figures.add("kubernetes: HighErrorRate at a webhook outside, waited", time.monotonic() - begun, "s")
    assert (alert["status"], alert["labels"]["severity"]) == ("firing", "critical")
