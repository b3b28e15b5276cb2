"""The root file system of a container is read-only."""

from policies.docker_views import Container
from policies.judging import Findings, container_policy


def check(container: Container) -> Findings:
    """Want `readOnly: true`."""
    if container.read_only in (None, False):
        yield "the root file system is writable"


POLICY = container_policy(
    name="container-root-file-system-is-read-only",
    description="The root file system of a container is read-only.",
    remedy="set readOnly on the container and give it a volume or tmpfs for what it writes",
    check=check,
    running_only=True,
)
