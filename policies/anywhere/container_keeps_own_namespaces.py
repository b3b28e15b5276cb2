"""Containers share no namespace with the host or with another container."""

from pulumi_policy import Severity

from policies.processes import Process
from policies.resource_policies import Findings, container_policy


def check(process: Process) -> Findings:
    """Require no `host` and no `container:…` as network, pid, ipc, cgroup or user namespace."""
    for setting, mode in process.modes:
        if isinstance(mode, str) and (mode == "host" or mode.startswith("container:")):
            yield f"{setting} is '{mode}'"


POLICY = container_policy(
    name="container-keeps-own-namespaces",
    description="Containers share no namespace with the host or with another container.",
    remedy="remove the mode; connect services through the network of their plane",
    check=check,
    severity=Severity.CRITICAL,
)
