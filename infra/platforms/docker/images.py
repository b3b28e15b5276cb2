"""Images on an engine: pulled by reference, or built from an app of ours and named by content."""

import os
from pathlib import Path

import pulumi
import pulumi_docker as docker

from components.workload import ImageSource
from config.images import APPS, AppImage, Image
from infra.platforms.docker.engine import Engine

_ROOT = Path(__file__).resolve().parents[3]


class Images:
    """Makes each image once per engine, however many services run it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._made: dict[str, docker.RemoteImage] = {}
        # An app keeps its name, so no other image may take it over.
        self._earlier = {app.name for app in APPS}

    def run_as(self, image: ImageSource) -> pulumi.Output[str]:
        """Return what a container names its image by, once that is there; what a resource gives is taken to be there.

        That is the image's id, so that a container is replaced when a tag has moved. A tag of ours is a hash of the
        content and never moves, but each builder gives the same content another id: there it is the tag.
        """
        if not isinstance(image, Image | AppImage | str):
            return pulumi.Output.from_input(image)
        reference = _reference(image)
        # A repository may occur with several tags: the whole reference is the name.
        called = image.name if isinstance(image, AppImage) else _with_tag(reference)
        if called not in self._made:
            # Kept on destroy: other stacks may run it, and in a closed network it cannot be pulled again.
            self._made[called] = docker.RemoteImage(
                f"{self._engine.naming.stack}-image-{called}",
                name=reference,
                keep_locally=True,
                build=_build(image) if isinstance(image, AppImage) else None,
                opts=self._engine.options(None, pulumi.ResourceOptions(aliases=self._aliases(image, reference))),
            )
        made = self._made[called]
        return made.name if isinstance(image, AppImage) else made.image_id

    def _aliases(self, image: Image | AppImage | str, reference: str) -> list[pulumi.Alias]:
        """Return what the image was called by earlier releases, in which a repository had one image."""
        if isinstance(image, AppImage):
            return [pulumi.Alias(name=f"image-{image.name}")]
        repository = reference.partition("@")[0].rpartition(":")[0].replace("/", "-") or reference
        if repository in self._earlier:
            return []
        self._earlier.add(repository)
        # Until 0.2 it was called without the platform's name.
        return [pulumi.Alias(name=f"{prefix}image-{repository}") for prefix in ("", f"{self._engine.naming.stack}-")]


def _reference(image: Image | AppImage | str) -> str:
    if isinstance(image, str):
        return image
    return image.pinned if isinstance(image, Image) else image.reference(_ROOT)


def _with_tag(reference: str) -> str:
    """Return the reference with the tag that an engine takes where there is none; so it is no app's name either."""
    return reference if set(reference.rpartition("/")[2]) & {":", "@"} else f"{reference}:latest"


def _build(image: AppImage) -> docker.RemoteImageBuildArgs:
    # Relative to the program's folder, which is where the engine starts plugins: a checkout's path must not get into
    # the state, or the same stack would differ between two machines.
    return docker.RemoteImageBuildArgs(
        context=os.path.relpath(_ROOT / image.context, _ROOT / "infra"),
        dockerfile=image.dockerfile,
        build_args={"BASE": image.base.pinned},
    )
