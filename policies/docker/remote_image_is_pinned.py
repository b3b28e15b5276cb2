"""Images are pulled or built under a pinned name."""

from pulumi_policy import ResourceValidationArgs

from policies.docker_views import REMOTE_IMAGE
from policies.image_names import unpinned
from policies.judging import Findings, resource_policy
from policies.reading import Record, Unknown


def judge(args: ResourceValidationArgs) -> Findings:
    """Want a digest or a tag that does not move in `name`."""
    name = Record(args.props).text("name")
    if not isinstance(name, Unknown) and (why := unpinned(name or "")):
        yield why


POLICY = resource_policy(
    name="remote-image-is-pinned",
    description="Images are pulled or built under a pinned name.",
    remedy="name a version or digest in config/images.py; tag images of our own by their content",
    types=(REMOTE_IMAGE,),
    judge=judge,
)
