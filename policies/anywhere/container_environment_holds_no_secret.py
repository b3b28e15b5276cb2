"""No secret is in a container's plain environment."""

from pulumi_policy import Severity

from policies.processes import Process
from policies.resource_policies import Findings, container_policy
from policies.secret_signs import sign_of_secret


def check(process: Process) -> Findings:
    """Judge each variable by its name and by the shape of its value; the value itself is never reported."""
    for entry in process.environment:
        name, _, value = entry.partition("=")
        if why := sign_of_secret(name, value):
            yield f"environment variable '{name}' {why} (value not shown)"


POLICY = container_policy(
    name="container-environment-holds-no-secret",
    description="No secret is in a container's plain environment, where every `inspect` shows it.",
    remedy="declare it as secret environment of the Workload, which passes it as a file named by <NAME>_FILE",
    check=check,
    severity=Severity.CRITICAL,
)
