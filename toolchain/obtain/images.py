"""Every image of the catalogue is in the engine under exactly its reference: there, pulled, or made here."""

import contextlib
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import docker
from docker.errors import DockerException, ImageNotFound, NotFound

from config.images import CATALOGUE, CLUSTER, Image
from toolchain.obtain.cache import Cache, key
from toolchain.obtain.engine import Engine
from toolchain.obtain.errors import UnavailableError
from toolchain.obtain.imagefile import RECIPE_LABEL
from toolchain.obtain.makers import KEPT, MAKERS, Making, recipe
from toolchain.obtain.sources import Source, obtain
from toolchain.obtain.stages import Stage

PULL_ANSWER_SECONDS = 10.0
# What a registry that can be reached says; anything else means that the next pull would fail alike.
REGISTRY_SAYS = ("manifest", "not found", "denied", "unauthorized")
# What can be made, and as which version: a stack's override with another one must come from a registry.
_MADE = {image.name: image.version for image in (*CATALOGUE, *CLUSTER) if image.name in MAKERS}
Note = Callable[[str], None]


class Images:
    """Makes sure of images in one engine; remembers for this run that no registry answers."""

    def __init__(self, cache: Cache, engine: Engine, client: docker.DockerClient, *, offline: bool = False) -> None:
        self._cache = cache
        self._engine = engine
        self._client = client
        self.registry_obstacle: str | None = "PLANEWATCH_OFFLINE is set" if offline else None

    def origin(self, image: Image) -> str | None:
        """Return where the image in the engine comes from; None if it is missing or made by an outdated recipe."""
        name = f"{image.repository}@{image.digest}" if image.digest else image.reference
        try:
            labels = self._client.images.get(name).labels
        except (ImageNotFound, NotFound):
            return None
        made_by = labels.get(RECIPE_LABEL)
        if made_by is None:
            return "from a registry"
        return f"built here, recipe {made_by}" if made_by == recipe(image, self._engine.architecture) else None

    def ensure(self, image: Image, stage: Stage) -> None:
        """Obtain the image; raises `ToolchainError` naming what was tried."""
        if self.origin(image):
            stage.result("already there")
            return
        sources = [Source("the registry", lambda: self._pull(image, stage.note))]
        if image.digest is None and image.version == _MADE.get(image.name):
            sources.append(Source("building it here", lambda: self._make(image, stage.note)))
        how = obtain(
            f"the image {image.pinned}",
            sources,
            remedy=f"`docker pull {image.pinned}` on a machine with internet, `docker save` and `docker load` it here; "
            "or set a reference in the stack file that this engine can pull",
        )
        stage.result(how)

    def _pull(self, image: Image, note: Note) -> str:
        if self.registry_obstacle:
            raise UnavailableError(f"skipped, {self.registry_obstacle}")
        note(f"pulling {image.pinned}")
        heard, ended = threading.Event(), threading.Event()
        trouble: list[str] = []

        def work() -> None:
            try:
                trouble.extend(self._pull_events(image, heard))
            except (DockerException, OSError) as error:
                trouble.append(getattr(error, "explanation", None) or str(error))
            finally:
                heard.set()
                ended.set()

        threading.Thread(target=work, name="planewatch-pull", daemon=True).start()
        if not heard.wait(PULL_ANSWER_SECONDS):
            self.registry_obstacle = f"the registry did not answer within {PULL_ANSWER_SECONDS:.0f} s"
            raise UnavailableError(self.registry_obstacle)
        ended.wait()
        if trouble:
            if not any(word in trouble[0] for word in REGISTRY_SAYS):
                self.registry_obstacle = "no registry can be reached"
            raise UnavailableError(trouble[0].strip())
        return "pulled"

    def _pull_events(self, image: Image, heard: threading.Event) -> list[str]:
        """Pull, telling through `heard` that the registry answers; returns the engine's complaints."""
        complaints: list[str] = []
        for event in self._client.api.pull(image.repository, tag=image.digest or image.tag, stream=True, decode=True):
            heard.set()
            if "error" in event:
                complaints.append(str(event["error"]))
        if image.digest and not complaints:
            self._client.images.get(f"{image.repository}@{image.digest}").tag(image.repository, image.tag)
        return complaints

    def _make(self, image: Image, note: Note) -> str:
        made = recipe(image, self._engine.architecture)

        def build(folder: Path) -> None:
            MAKERS[image.name](
                Making(
                    cache=self._cache,
                    architecture=self._engine.architecture,
                    target=folder / "image.tar",
                    labels={RECIPE_LABEL: made, "org.opencontainers.image.version": image.version},
                    tags=(image.reference, f"planewatch/base-{image.name}:{made}"),
                    note=note,
                )
            )

        outdated = self._id(image)
        if image.name in KEPT:
            self._load(self._cache.make(f"image-{image.name}", key(made, image.reference), build, note=note), note)
        else:
            with tempfile.TemporaryDirectory(prefix="planewatch-image-") as scratch:
                build(Path(scratch))
                self._load(Path(scratch), note)
        if outdated not in {None, self._id(image)}:
            with contextlib.suppress(DockerException):  # in use by a container: it stays until that is gone
                self._client.images.remove(outdated)
        return f"built here, recipe {made}"

    def _id(self, image: Image) -> str | None:
        try:
            return str(self._client.images.get(image.reference).id)
        except (ImageNotFound, NotFound):
            return None

    def _load(self, folder: Path, note: Note) -> None:
        note("loading it into the engine")
        try:
            with (folder / "image.tar").open("rb") as file:
                self._client.images.load(file)
        except (DockerException, OSError) as error:
            raise UnavailableError(f"the engine rejects it: {error}") from error
