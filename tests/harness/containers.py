"""What a stack really has on the engine, looked at and touched without Pulumi."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import docker
from docker.errors import APIError, NotFound
from docker.models.containers import Container

from config.images import CATALOGUE, UTILITY
from tests.harness.executing import execute
from tests.harness.prepared import engine_with
from tests.harness.waiting import wait_until

PROBE = "/.planewatch/busybox"
# A start may take a minute before probes count, and three planes start at once on two cores.
_HEALTHY_WITHIN_S = 90


@contextmanager
def engine_of(stack: str) -> Iterator["StackOnEngine"]:
    """Open the engine for one stack; the connection is closed at the end."""
    client = engine_with(image.reference for image in CATALOGUE)
    try:
        yield StackOnEngine(client=client, stack=stack)
    finally:
        client.close()


@dataclass(frozen=True, kw_only=True)
class StackOnEngine:
    """Everything that bears the label of one stack."""

    client: docker.DockerClient
    stack: str

    @property
    def filters(self) -> dict[str, str]:
        """The engine's filter for the stack's things."""
        return {"label": f"planewatch.stack={self.stack}"}

    def name(self, plane: str, role: str) -> str:
        """Return a service's container name."""
        return f"planewatch-{self.stack}-{plane}-{role}"

    def container(self, plane: str, role: str) -> Container:
        """Return a service's container as it is now; raises ``docker.errors.NotFound``."""
        return self.client.containers.get(self.name(plane, role))

    def services(self) -> dict[str, dict[str, Any]]:
        """Return what the engine says of each container that was ever started, by ``plane-role``; no carriers."""
        found = {}
        for summary in self.client.api.containers(all=True, filters=self.filters):
            try:
                facts = self.client.api.inspect_container(summary["Id"])
            except NotFound:
                continue
            if facts["State"]["Status"] != "created":
                found[facts["Name"].removeprefix(f"/planewatch-{self.stack}-")] = facts
        return dict(sorted(found.items()))

    def ids(self) -> dict[str, str]:
        """Return the id of each service's container."""
        return {name: facts["Id"] for name, facts in self.services().items()}

    def health(self) -> dict[str, str]:
        """Return each service's health, or its status where it has no probe."""
        return {name: _health(facts) for name, facts in self.services().items()}

    def wait_healthy(self, within_s: float = _HEALTHY_WITHIN_S) -> None:
        """Wait until every service's probe answers."""
        wait_until(
            self.health,
            lambda seen: bool(seen) and set(seen.values()) == {"healthy"},
            within_s=within_s,
            what=f"stack {self.stack} healthy",
        )

    def execute(self, plane: str, role: str, *command: str) -> tuple[int, str]:
        """Run a command inside a service; returns exit code and what it said on both streams."""
        return execute(self.client.api, self.name(plane, role), *command)

    def fetch(self, plane: str, role: str, url: str) -> str:
        """GET ``url`` from inside a service with the probe program; raises AssertionError when it does not answer."""
        code, text = self.execute(plane, role, PROBE, "wget", "-q", "-O", "-", url)
        assert code == 0, f"{url} from {plane}-{role}: {text}"
        return text

    def kill_processes(self, role: str, planes: Iterable[str]) -> dict[str, int]:
        """Kill a service's first process in each plane from outside its container; returns what they were.

        After ``docker kill`` a restart policy does nothing. A container among the host's processes may kill them
        whoever runs the tests.
        """
        return self.signal("KILL", role, planes)

    def signal(self, name: str, role: str, planes: Iterable[str]) -> dict[str, int]:
        """Send a signal to a service's first process in each plane, from outside its container; returns those."""
        found = {
            plane: int(self.client.api.inspect_container(self.name(plane, role))["State"]["Pid"]) for plane in planes
        }
        assert min(found.values()) > 1, f"{role} does not run everywhere: {found}"
        command = ["kill", f"-{name}", *map(str, found.values())]
        self.client.containers.run(UTILITY.reference, command, pid_mode="host", user="0:0", remove=True)
        return found

    def leftovers(self) -> list[str]:
        """Return the names of all containers, networks and volumes of the stack."""
        api = self.client.api
        return sorted(
            [
                *(f"container {each['Names'][0]}" for each in api.containers(all=True, filters=self.filters)),
                *(f"network {each['Name']}" for each in api.networks(filters=self.filters)),
                *(f"volume {each['Name']}" for each in api.volumes(filters=self.filters)["Volumes"] or []),
            ]
        )

    def remove_leftovers(self) -> None:
        """Remove everything of the stack, in whatever state it is."""
        api = self.client.api
        for container in api.containers(all=True, filters=self.filters):
            api.remove_container(container["Id"], force=True, v=True)
        for network in api.networks(filters=self.filters):
            api.remove_network(network["Id"])
        for volume in api.volumes(filters=self.filters)["Volumes"] or []:
            api.remove_volume(volume["Name"], force=True)

    def report(self) -> str:
        """Return the state and the last log lines of every service, more of those that are not well."""
        parts = []
        for name, facts in self.services().items():
            state = facts["State"]
            summary = {"status": state["Status"], "health": _health(facts), "exit": state["ExitCode"]}
            lines = 5 if summary["health"] == "healthy" else 40
            try:
                logs = self.client.api.logs(facts["Id"], tail=lines).decode(errors="replace")
            except APIError as error:
                logs = f"no logs: {error}"
            parts.append(f"--- {name} {json.dumps(summary)}\n{logs}")
        return "\n".join(parts)


def _health(facts: dict[str, Any]) -> str:
    state = facts["State"]
    running: str = state["Status"]
    return str(state.get("Health", {}).get("Status", running)) if running == "running" else running
