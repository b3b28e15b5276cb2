"""Images are pulled or built with a pinned name."""

from pulumi_policy import ResourceValidationArgs

from policies.docker_views import REMOTE_IMAGE
from policies.image_names import unpinned
from policies.reading import Record, Unknown
from policies.resource_policies import Findings, resource_policy


def check(args: ResourceValidationArgs) -> Findings:
    """Require a digest or a tag that does not move in `name`."""
    name = Record(args.props).text("name")
    if not isinstance(name, Unknown) and (why := unpinned(name or "")):
        yield why


POLICY = resource_policy(
    name="remote-image-is-pinned",
    description="Images are pulled or built with a pinned name.",
    remedy="name a version or digest in config/images.py; tag images of our own by their content",
    types=(REMOTE_IMAGE,),
    check=check,
)
