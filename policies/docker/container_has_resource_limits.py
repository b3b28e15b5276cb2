"""Containers have a memory limit and a CPU limit."""

from pulumi_policy import Severity

from policies.docker_views import Container
from policies.judging import Findings, container_policy
from policies.reading import Unknown


def check(container: Container) -> Findings:
    """Want `memory` above 0 MB, and `cpus` or `cpuQuota` above 0; CPU shares are a weight, not a limit."""
    memory = container.memory
    if not isinstance(memory, Unknown) and (memory or 0) <= 0:
        yield "no memory limit is set"
    limits = (container.cpus, container.cpu_quota)
    if not any(isinstance(limit, Unknown) or (limit or 0) > 0 for limit in limits):
        yield "no CPU limit is set"


POLICY = container_policy(
    name="container-has-resource-limits",
    description="Containers have a memory limit and a CPU limit, so that one cannot starve the others.",
    remedy="give the Workload memory and cpu",
    check=check,
    running_only=True,
    severity=Severity.MEDIUM,
)
