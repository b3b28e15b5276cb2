"""Settings of images to use in place of the catalogue's."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from config import patterns
from config.model import Model

Digest = Annotated[str, StringConstraints(pattern=patterns.DIGEST)]
ImageName = Literal["prometheus", "alertmanager", "collector", "thanos", "utility", "api", "console"]


class ImageOverride(Model):
    """Another reference for an image of the catalogue, a digest to pin it by, or both."""

    reference: str | None = Field(default=None, pattern=patterns.REFERENCE)
    """Image as `repository:tag`, without a digest. Without it the catalogue's (`config/images.py`)."""
    digest: Digest | None = None
    """Digest to pin the image by. Without it the tag alone counts."""
