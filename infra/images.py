"""The images of a stack: the catalogue, with what the stack says otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass

from config import images
from config.image_overrides import ImageName, ImageOverride
from config.images import AppImage, Image


@dataclass(frozen=True, kw_only=True)
class StackImages:
    """Every image by what it is for. An app that the stack gives a reference for is not built."""

    prometheus: Image
    alertmanager: Image
    collector: Image
    thanos: Image
    utility: Image
    api: Image | AppImage
    console: Image | AppImage


def resolve(overrides: Mapping[ImageName, ImageOverride]) -> StackImages:
    """Apply ``overrides`` (by the catalogue's names) to the catalogue."""
    return StackImages(
        prometheus=_third_party("prometheus", images.PROMETHEUS, overrides),
        alertmanager=_third_party("alertmanager", images.ALERTMANAGER, overrides),
        collector=_third_party("collector", images.COLLECTOR, overrides),
        thanos=_third_party("thanos", images.THANOS, overrides),
        utility=_third_party("utility", images.UTILITY, overrides),
        api=_app("api", images.API, overrides),
        console=_app("console", images.CONSOLE, overrides),
    )


def _third_party(name: ImageName, image: Image, overrides: Mapping[ImageName, ImageOverride]) -> Image:
    override = overrides.get(name, ImageOverride())
    return image.with_override(override.reference, override.digest)


def _app(name: ImageName, app: AppImage, overrides: Mapping[ImageName, ImageOverride]) -> Image | AppImage:
    override = overrides.get(name)
    if override is None or override.reference is None:
        return app
    return Image(name=name, reference=override.reference, version="").with_override(override.reference, override.digest)
