"""The Prometheus Operator, for tests of what a stack declares to it: its CRDs and manifests, images of its programs.

All of it comes from its Go module, of which a pinned sum says what it holds. Nothing of it is part of the product.
"""

import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import docker

from toolchain.obtain import gobuild, imagefile, process
from toolchain.obtain.cache import Cache
from toolchain.obtain.errors import UnavailableError
from toolchain.obtain.imagefile import Entry, ImageConfig

MODULE = "github.com/prometheus-operator/prometheus-operator"
VERSION = "0.93.0"
RECIPE = gobuild.Recipe(
    name="prometheus-operator",
    version=VERSION,
    programs=(
        ("operator", f"{MODULE}/cmd/operator"),
        ("prometheus-config-reloader", f"{MODULE}/cmd/prometheus-config-reloader"),
    ),
    minutes=2,
    sources=Path(__file__).parent / "go",
    ldflags=f"-s -w -X github.com/prometheus/common/version.Version={VERSION}",
)
OPERATOR = f"planewatch.local/prometheus-operator:{VERSION}"
RELOADER = f"planewatch.local/prometheus-config-reloader:{VERSION}"
# Folders of the module: definitions, and how to run the operator with the rights that it needs.
CRDS, RBAC = "example/prometheus-operator-crd", "example/rbac/prometheus-operator"
_NOBODY = "65534:65534"
_DOWNLOAD_SECONDS = 300.0
Note = Callable[[str], None]


def manifests(cache: Cache, note: Note) -> Path:
    """Return a folder with the module's ``CRDS`` and ``RBAC``; raises `UnavailableError` without Go or the module."""

    def fetch(folder: Path) -> None:
        if gobuild.go_version() is None:
            raise UnavailableError("`go` is not on PATH to fetch the Prometheus Operator's module with")
        note(f"fetching the Prometheus Operator's definitions {VERSION}")
        with tempfile.TemporaryDirectory(prefix="planewatch-go-") as scratch:
            # A copy, because -mod=mod may rewrite go.mod and go.sum; the latter's sums are what is checked.
            source = Path(shutil.copytree(RECIPE.source, Path(scratch) / "source"))
            process.run(
                ["go", "mod", "download", "-x", MODULE],
                cwd=source,
                env=gobuild.GO_ENVIRONMENT,
                log=cache.log("prometheus-operator"),
                timeout=_DOWNLOAD_SECONDS,
            )
            command = ["go", "list", "-C", str(source), "-m", "-json", MODULE]
            listed = process.capture(command, env=gobuild.GO_ENVIRONMENT, timeout=_DOWNLOAD_SECONDS)
        if listed is None:
            raise UnavailableError("the Go module cache does not say where the Prometheus Operator's module lies")
        module = Path(json.loads(listed)["Dir"])
        for name in (CRDS, RBAC):
            (folder / name).mkdir(parents=True)
            for file in (module / name).glob("*.yaml"):
                # Not copy2: files of the module cache are read-only.
                (folder / name / file.name).write_bytes(file.read_bytes())

    return cache.make("prometheus-operator-manifests", RECIPE.key("any"), fetch, note=note)


def images(cache: Cache, client: docker.DockerClient, note: Note) -> tuple[str, ...]:
    """Make sure of the images of operator and reloader in the Docker engine; returns their references.

    Raises `UnavailableError` when they cannot be built.
    """
    arch = gobuild.host_arch()
    programs = gobuild.build(cache, RECIPE, goarch=arch, note=note)
    for reference, (name, _) in zip((OPERATOR, RELOADER), RECIPE.programs, strict=True):
        with tempfile.TemporaryDirectory(prefix="planewatch-image-") as scratch:
            target = Path(scratch) / "image.tar"
            imagefile.write(
                target,
                content=[Entry("tmp", 0o1777), Entry("bin"), Entry(f"bin/{name}", content=programs / name)],
                config=ImageConfig(entrypoint=(f"/bin/{name}",), user=_NOBODY),
                architecture=arch,
                tags=(reference,),
            )
            with target.open("rb") as file:
                client.images.load(file)
    return OPERATOR, RELOADER
