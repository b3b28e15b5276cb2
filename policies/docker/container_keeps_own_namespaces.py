"""Containers share no namespace with the host or with another container."""

from pulumi_policy import Severity

from policies.docker_views import Container
from policies.judging import Findings, container_policy


def check(container: Container) -> Findings:
    """Want no `host` and no `container:…` in the network, pid, ipc, cgroup and user namespace modes."""
    modes = {
        "networkMode": container.network_mode,
        "pidMode": container.pid_mode,
        "ipcMode": container.ipc_mode,
        "cgroupnsMode": container.cgroupns_mode,
        "usernsMode": container.userns_mode,
    }
    for setting, mode in modes.items():
        if isinstance(mode, str) and (mode == "host" or mode.startswith("container:")):
            yield f"{setting} is '{mode}'"


POLICY = container_policy(
    name="container-keeps-own-namespaces",
    description="Containers share no namespace with the host or with another container.",
    remedy="remove the mode; let services meet on the network of their plane",
    check=check,
    severity=Severity.CRITICAL,
)
