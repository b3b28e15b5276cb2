"""Containers have a health probe."""

from pulumi_policy import Severity

from policies.docker_views import Container
from policies.judging import Findings, container_policy
from policies.reading import Unknown


def check(container: Container) -> Findings:
    """Want `healthcheck.tests` with a command; one that the image brings is not visible here and does not count."""
    probe = container.probe
    if isinstance(probe, Unknown):
        return
    if not probe:
        yield "no health probe is set"
    elif probe[0] == "NONE":
        yield "the health probe is turned off"


POLICY = container_policy(
    name="container-has-health-probe",
    description="Containers have a health probe, so that a deployment waits for a working service.",
    remedy="give the Workload a probe; on Docker it becomes healthcheck.tests",
    check=check,
    running_only=True,
    severity=Severity.MEDIUM,
)
