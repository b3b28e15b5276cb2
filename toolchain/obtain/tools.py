"""What only the tests need: promtool, amtool and the collector as programs, Chromium, and the web page's packages."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import docker
from docker.errors import DockerException, NotFound

from config.images import ALERTMANAGER, COLLECTOR, PROMETHEUS, Image
from toolchain.obtain import apt, gobuild, node
from toolchain.obtain.cache import Cache, key
from toolchain.obtain.errors import UnavailableError
from toolchain.obtain.imagefile import RECIPE_LABEL
from toolchain.obtain.sources import Source, obtain
from toolchain.obtain.stages import Stage
from toolchain.obtain.unpack import unpack

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def programs_of(image: Image) -> tuple[gobuild.Recipe, tuple[str, ...]]:
    """Return how an image's programs are built, and their paths inside the official image."""
    return {
        PROMETHEUS.name: (gobuild.PROMETHEUS, ("/bin/prometheus", "/bin/promtool")),
        ALERTMANAGER.name: (gobuild.ALERTMANAGER, ("/bin/alertmanager", "/bin/amtool")),
        COLLECTOR.name: (gobuild.COLLECTOR, ("/otelcol-contrib",)),
    }[image.name]


def programs(image: Image, cache: Cache, client: docker.DockerClient, stage: Stage) -> Path:
    """Return a folder with the image's programs for this machine; raises `ToolchainError`."""
    recipe, paths = programs_of(image)
    system, arch = gobuild.host_os(), gobuild.host_arch()

    def built_before() -> Path:
        if found := cache.find(recipe.name, recipe.key(arch, system)):
            return found
        raise UnavailableError("not built yet")

    def build() -> Path:
        return gobuild.build(cache, recipe, goos=system, goarch=arch, note=stage.note)

    folder = obtain(
        f"the programs of {image.name} {image.version}",
        [
            Source("an earlier build", built_before),
            Source("the image", lambda: _from_image(image, paths, cache, client, stage)),
            Source("building from Go modules", build),
        ],
        remedy="make the image available to the engine, or install Go 1.26 or newer",
    )
    stage.result(str(folder))
    return folder


def _from_image(image: Image, paths: tuple[str, ...], cache: Cache, client: docker.DockerClient, stage: Stage) -> Path:
    """Copy programs out of an image that came from a registry."""
    try:
        local = client.images.get(image.reference)
    except (DockerException, NotFound) as error:
        raise UnavailableError(f"the engine has no image {image.reference}") from error
    if RECIPE_LABEL in local.labels or not gobuild.runs_here(str(local.attrs["Architecture"])):
        raise UnavailableError("the image in the engine is not an official one for this machine")

    def copy(folder: Path) -> None:
        stage.note(f"copying programs out of {image.reference}")
        container = client.containers.create(image.reference)
        try:
            for path in paths:
                stream, _ = container.get_archive(path)
                packed = folder / "program.tar"
                with packed.open("wb") as file:
                    file.writelines(stream)
                unpack(packed, folder)
                packed.unlink()
        finally:
            container.remove(force=True)

    return cache.make(f"{image.name}-from-image", key(str(local.id)), copy, note=stage.note)


def chromium() -> str | None:
    """Return the path of an installed Chromium or Chrome."""
    return next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)


def ensure_chromium(cache: Cache, environ: Mapping[str, str], stage: Stage) -> str:
    """Return a Chromium, installing the distribution's if that is allowed; raises `ToolchainError`."""
    if found := chromium():
        stage.result(found)
        return found

    def install() -> str:
        stage.note("installing the distribution's chromium")
        apt.install(("chromium",), log=cache.log("chromium"), environ=environ)
        if path := chromium():
            return path
        raise UnavailableError("the package chromium contains no such command")

    path = obtain(
        "Chromium for the browser tests",
        [Source("installing the distribution's package", install)],
        remedy="install Chromium so that `chromium` is on PATH",
    )
    stage.result(path)
    return path


def web_packages(web: Path, cache: Cache, stage: Stage) -> None:
    """Ensure node_modules beside the web sources (for their own tests); raises `ToolchainError`."""
    lock = web / "package-lock.json"
    if not lock.is_file():
        stage.result("no web page in this checkout")
        return
    stamp = web / "node_modules" / ".planewatch-lock"
    wanted = key(lock.read_bytes(), (web / "package.json").read_bytes())
    if stamp.is_file() and stamp.read_text() == wanted:
        stage.result("already there")
        return

    def install() -> None:
        node.require()
        stage.note("npm ci")
        with cache.lock(f"npm-{key(os.fspath(web))}", note=stage.note):
            node.install(web, cache.log("npm"))
            stamp.write_text(wanted)

    obtain(
        "the web page's packages",
        [Source("npm", install)],
        remedy=f"install Node {node.NEEDED} or newer with npm, and check that npm reaches a registry",
    )
