"""The root file system of a container is read-only."""

from policies.processes import Process
from policies.resource_policies import Findings, container_policy


def check(process: Process) -> Findings:
    """Require `readOnly: true`."""
    if process.read_only in (None, False):
        yield "the root file system is writable"


POLICY = container_policy(
    name="container-root-file-system-is-read-only",
    description="The root file system of a container is read-only.",
    remedy="set readOnly on the container and give it a volume or tmpfs for what it writes",
    check=check,
    running_only=True,
)
