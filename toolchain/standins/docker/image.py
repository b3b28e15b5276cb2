"""Images: pulled, built, or simply there; and tags."""

import contextlib
from dataclasses import dataclass
from typing import cast

from toolchain.standins.docker.engine import Engine, explain, is_missing
from toolchain.standins.docker.image_build import build
from toolchain.standins.docker.resource import Live, planned
from toolchain.standins.docker.schema import ResourceType
from toolchain.standins.docker.tables.image import REMOTE_IMAGE, TAG
from toolchain.standins.servicer.answering import CancelledError, RefusedError
from toolchain.standins.servicer.values import Props, child, flag, text, texts


@dataclass(frozen=True)
class RemoteImages:
    """The image resource type; its id is the image's id followed by its name."""

    kind: ResourceType = REMOTE_IMAGE

    def create(self, engine: Engine, name: str, inputs: Props, seconds: float) -> Live:
        """Build it if the inputs say so; else use the local image of that name, else pull it."""
        del name, seconds
        engine.check_cancelled()
        label = text(inputs, "name")
        specification = child(inputs, "build")
        if specification:
            build(engine, label, specification)
        find_image(engine, label, text(inputs, "platform"))
        live = self.read(engine, "", planned(self.kind, inputs))
        if live is None:
            raise RefusedError(f"image {label} vanished during creation")
        return live

    def read(self, engine: Engine, identity: str, state: Props) -> Live | None:
        """Find the image of that name."""
        label = text(state, "name") or _name_in(identity)
        found = inspect(engine, label)
        if found is None:
            return None
        image_id = text(found, "Id")
        outputs: Props = {"name": label, "imageId": image_id, "repoDigest": _digest(label, found)}
        return Live(image_id + label, planned(self.kind, state) | outputs)

    def update(self, engine: Engine, identity: str, state: Props, inputs: Props) -> Live:
        """Make sure that the image is there; the settings concern its deletion."""
        del identity, state
        find_image(engine, text(inputs, "name"), text(inputs, "platform"))
        live = self.read(engine, "", planned(self.kind, inputs))
        if live is None:
            raise RefusedError(f"image {text(inputs, 'name')} vanished")
        return live

    def delete(self, engine: Engine, identity: str, state: Props) -> None:
        """Remove the name, and the image with its last name, unless it is kept locally."""
        del identity
        label = text(state, "name")
        if flag(state, "keepLocally"):
            return
        named, recorded = inspect(engine, label), text(state, "imageId")
        client = engine.client
        if named is not None and text(named, "Id") == recorded:
            try:
                with engine.saying(f"delete image {label}"):
                    client.remove_image(label, force=flag(state, "forceRemove"))
            except RefusedError as error:
                if not is_missing(error):
                    raise
            return
        # A replacement under the same name is made before this one goes: the name is the new image's now, and the old
        # image has none. Without a name it only takes space, unless a container that is still to be replaced uses it.
        nameless = inspect(engine, recorded)
        if nameless is not None and not texts(nameless, "RepoTags"):
            with contextlib.suppress(RefusedError), engine.saying(f"delete image {recorded}"):
                client.remove_image(recorded)


@dataclass(frozen=True)
class Tags:
    """The tag resource type: another name for an image. Deleting it leaves both names, as the official plugin does."""

    kind: ResourceType = TAG

    def create(self, engine: Engine, name: str, inputs: Props, seconds: float) -> Live:
        """Return the image its second name."""
        del name, seconds
        source, target = text(inputs, "sourceImage"), text(inputs, "targetImage")
        repository, _, tag = target.rpartition(":")
        if "/" in tag or not repository:
            repository, tag = target, "latest"
        client = engine.client
        with engine.saying(f"tag image {source} as {target}"):
            client.tag(source, repository, tag)
        found = inspect(engine, source) or {}
        return Live(f"{source}.{target}", planned(self.kind, inputs) | {"sourceImageId": text(found, "Id")})

    def read(self, engine: Engine, identity: str, state: Props) -> Live | None:
        """Return the state as it is: the official plugin does not read it either."""
        del engine
        return Live(identity, state)

    def update(self, engine: Engine, identity: str, state: Props, inputs: Props) -> Live:
        """Nothing about a tag changes in place."""
        del engine
        return Live(identity, state | planned(self.kind, inputs))

    def delete(self, engine: Engine, identity: str, state: Props) -> None:
        """Leave both names."""


def inspect(engine: Engine, name: str) -> Props | None:
    """Return the engine's view of a local image, or None."""
    client = engine.client
    try:
        with engine.saying(f"inspect image {name}"):
            found = client.inspect_image(name)  # type: ignore[no-untyped-call] # the stubs leave it untyped
            return cast("Props", found)
    except RefusedError as error:
        if is_missing(error):
            return None
        raise


def find_image(engine: Engine, name: str, platform: str) -> None:
    """Make sure that there is an image of that name or id: the local one, else pulled."""
    if not name:
        raise RefusedError("an empty image name is not allowed")
    if inspect(engine, name) is not None:
        return
    if name.startswith("sha256:"):
        raise RefusedError(f"there is no image {name}; run `pulumi refresh`, and the next `up` creates it")
    client = engine.client
    trouble = ""
    try:
        with engine.saying("pull it"):
            for message in client.pull(name, stream=True, decode=True, platform=platform or None):
                engine.check_cancelled()
                if "error" in message:
                    trouble = str(message["error"])
                    break
    except CancelledError:
        raise
    except RefusedError as error:
        trouble = str(error)
    if trouble:
        raise RefusedError(f"there is no local image {name}, and pulling it failed: {explain(trouble)}")
    if inspect(engine, name) is None:
        raise RefusedError(f"image {name} was pulled but is not there")


def _name_in(identity: str) -> str:
    """Find the name in an id as in the state, sha256:<64 digits><name>; else the id is the name (import)."""
    return identity[71:] if identity.startswith("sha256:") else identity


def _digest(name: str, found: Props) -> str:
    """Choose as the official plugin does: the only one, else the one of the name's repository, else the first."""
    digests = texts(found, "RepoDigests")
    repository = name.split(":", 1)[0]
    return next((digest for digest in digests if digest.startswith(repository)), digests[0] if digests else "")
