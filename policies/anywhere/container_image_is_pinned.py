"""Containers run a pinned image."""

from policies.image_names import unpinned
from policies.processes import Process
from policies.reading import Unknown
from policies.resource_policies import Findings, container_policy


def check(process: Process) -> Findings:
    """Require an image id, a digest, or a tag that does not move; an id known only after the pull is not checked."""
    if not isinstance(process.image, Unknown) and (why := unpinned(process.image or "")):
        yield why


POLICY = container_policy(
    name="container-image-is-pinned",
    description="Containers run a pinned image.",
    remedy="name a version or digest in config/images.py, or pass the RemoteImage's imageId",
    check=check,
)
