"""Who reaches whom: every declared flow is open and nothing else is; tried from inside each workload."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from components import roles
from components.workload import Workload
from config.settings import CONTROL_ZONE
from tests.deployments import Address, Deployment, Inside, Role


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A deployment with a view from inside every workload, and the ports on which each one listens."""

    deployment: Deployment
    workloads: dict[Role, Workload]
    inside: dict[Role, Inside]
    listening: dict[Role, frozenset[int]]

    def declared(self, caller: Role, target: Role) -> set[int]:
        """Return the ports at which ``target`` says that ``caller`` may call, over TCP."""
        workload = self.workloads[target]
        ports = [workload.port(each.port) for each in workload.callers if _role(each.role, each.zone, target) == caller]
        return {port.number for port in ports if "TCP" in port.protocols}

    def must_open(self, caller: Role, target: Role) -> set[Address]:
        """Return the places of ``target`` that have to answer."""
        ports = self.declared(caller, target)
        return {(host, port) for host in self.deployment.names(target, caller) for port in ports} if ports else set()

    def may_open(self, caller: Role, target: Role) -> set[Address]:
        """Return the places that may answer: at every port where the platform's networks know no ports."""
        tolerated = self.deployment.tolerates(caller, target)
        ports = self.listening[target] if tolerated else self.declared(caller, target)
        return {(host, port) for host in self.deployment.addresses(target, caller) for port in ports}

    def everything(self, caller: Role) -> set[Address]:
        """Return every place of every workload: each host with each port on which something listens."""
        return {
            (host, port)
            for target, ports in self.listening.items()
            for host in self.deployment.addresses(target, caller)
            for port in ports
        }


def _role(name: str, zone: str | None, called: Role) -> Role:
    return Role(zone=zone or called.zone, name=name)


@pytest.fixture(scope="module")
def scene(deployed: Deployment) -> Iterator[Scene]:
    workloads = deployed.workloads()
    with ExitStack() as stack, ThreadPoolExecutor(len(workloads)) as pool:
        inside = dict(
            zip(workloads, pool.map(lambda role: stack.enter_context(deployed.inside(role)), workloads), strict=True)
        )
        listening = dict(zip(workloads, pool.map(lambda role: inside[role].listening(), workloads), strict=True))
        yield Scene(deployment=deployed, workloads=workloads, inside=inside, listening=listening)


def test_services_listen_where_they_say(scene: Scene) -> None:
    for role, workload in scene.workloads.items():
        assert scene.listening[role] >= {port.number for port in workload.ports if "TCP" in port.protocols}, role


def test_every_declared_flow_is_open_and_nothing_else(scene: Scene) -> None:
    def faults(caller: Role) -> list[str]:
        opened = scene.inside[caller].opened(scene.everything(caller))
        must = set().union(*(scene.must_open(caller, target) for target in scene.workloads))
        may = set().union(*(scene.may_open(caller, target) for target in scene.workloads))
        if missed := must - opened:  # all at once was too much for a busy machine
            opened |= scene.inside[caller].opened(missed)
        return [
            *(f"{caller} does not reach {host}:{port}" for host, port in sorted(must - opened)),
            *(f"{caller} reaches {host}:{port}" for host, port in sorted(opened - may - must)),
        ]

    with ThreadPoolExecutor(len(scene.workloads)) as pool:
        assert [fault for found in pool.map(faults, scene.workloads) for fault in found] == []


def test_flows_are_declared_between_those_who_need_them(scene: Scene) -> None:
    """What follows from the topology, said once by hand: a declaration that is missing would not be missed above."""
    store = Role(zone=CONTROL_ZONE, name=roles.PROMETHEUS)
    alertmanager = Role(zone=CONTROL_ZONE, name=roles.ALERTMANAGER)
    for plane in scene.deployment.planes:
        collector = Role(zone=plane, name=roles.COLLECTOR)
        assert scene.declared(Role(zone=plane, name=roles.API), collector) == {roles.OTLP_GRPC, roles.OTLP_HTTP}
        assert scene.declared(store, collector) == {roles.COLLECTOR_METRICS, roles.COLLECTOR_TELEMETRY}
    if alertmanager in scene.workloads:
        assert scene.declared(store, alertmanager) == {roles.ALERTMANAGER_HTTP}


def test_no_flow_leaves_a_plane(scene: Scene) -> None:
    for caller in scene.workloads:
        if caller.zone != CONTROL_ZONE:
            reached = {target.zone for target in scene.workloads if scene.declared(caller, target)}
            assert reached <= {caller.zone}, caller
            assert not [t for t in scene.workloads if t.zone != caller.zone and scene.deployment.tolerates(caller, t)]
