"""Containers have a memory limit and a CPU limit."""

from pulumi_policy import Severity

from policies.processes import Process
from policies.reading import Unknown
from policies.resource_policies import Findings, container_policy


def check(process: Process) -> Findings:
    """Require both limits above 0. A weight or a request is no limit."""
    if not isinstance(process.memory, Unknown) and (process.memory or 0) <= 0:
        yield "no memory limit is set"
    if not isinstance(process.cpus, Unknown) and (process.cpus or 0) <= 0:
        yield "no CPU limit is set"


POLICY = container_policy(
    name="container-has-resource-limits",
    description="Containers have a memory limit and a CPU limit, so that one cannot starve the others.",
    remedy="give the Workload memory and cpu",
    check=check,
    running_only=True,
    severity=Severity.MEDIUM,
)
