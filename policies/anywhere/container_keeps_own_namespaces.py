"""Containers share no namespace with the host or with another container."""

from pulumi_policy import Severity

from policies.judging import Findings, container_policy
from policies.processes import Process


def check(process: Process) -> Findings:
    """Want no `host` and no `container:…` as network, pid, ipc, cgroup or user namespace."""
    for setting, mode in process.modes:
        if isinstance(mode, str) and (mode == "host" or mode.startswith("container:")):
            yield f"{setting} is '{mode}'"


POLICY = container_policy(
    name="container-keeps-own-namespaces",
    description="Containers share no namespace with the host or with another container.",
    remedy="remove the mode; let services meet on the network of their plane",
    check=check,
    severity=Severity.CRITICAL,
)
