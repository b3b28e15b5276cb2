"""Containers have a health probe."""

from pulumi_policy import Severity

from policies.processes import Process
from policies.reading import Unknown
from policies.resource_policies import Findings, container_policy


def check(process: Process) -> Findings:
    """Require a command in Docker's `healthcheck.tests`, a readiness probe in a pod.

    One that the image brings is not visible here and does not count.
    """
    probe = process.probe
    if isinstance(probe, Unknown) or process.ends_by_itself:
        return
    if not probe:
        yield "no health probe is set"
    elif probe[0] == "NONE":
        yield "the health probe is turned off"


POLICY = container_policy(
    name="container-has-health-probe",
    description="Containers have a health probe, so that a deployment waits for a working service.",
    remedy="give the Workload a probe; on Docker it becomes healthcheck.tests, in a pod a readinessProbe",
    check=check,
    running_only=True,
    severity=Severity.MEDIUM,
)
