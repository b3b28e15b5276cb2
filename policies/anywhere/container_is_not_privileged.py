"""No container is privileged."""

from pulumi_policy import Severity

from policies.processes import Process
from policies.resource_policies import Findings, container_policy


def check(process: Process) -> Findings:
    """Require `privileged` unset or false, also on a container that is never started."""
    if process.privileged is True:
        yield "the container is privileged: root in it is root on the host"


POLICY = container_policy(
    name="container-is-not-privileged",
    description="No container is privileged.",
    remedy="remove privileged from the container",
    check=check,
    severity=Severity.CRITICAL,
)
