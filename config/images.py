"""The image catalogue: every image that planewatch runs, pinned, and how our own apps' images are named by content."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

# Made from other files of the context or never copied into an image: they must not change a content tag.
IGNORED_NAMES = frozenset({"wheels", "dist", "node_modules", "tests", "__pycache__", "coverage", "test-results"})
KEPT_HIDDEN = frozenset({".dockerignore", ".npmrc"})
TAG_DIGITS = 12
# The prefix of our own apps' image names where they are built; in a registry, its address takes this place.
REPOSITORY = "planewatch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A third-party image: `reference` is repository:tag as the engine knows it, `digest` is sha256:… if pinned so."""

    name: str
    reference: str
    version: str
    digest: str | None = None

    @property
    def pinned(self) -> str:
        """The reference to run: with the digest when there is one."""
        return f"{self.reference}@{self.digest}" if self.digest else self.reference

    @property
    def repository(self) -> str:
        """The reference without its tag."""
        return self.reference.removesuffix(f":{self.tag}")

    @property
    def tag(self) -> str:
        """The reference's tag."""
        return _tag(self.reference) or "latest"

    def with_override(self, reference: str | None = None, digest: str | None = None) -> "Image":
        """Take a stack's own reference (also repository:tag@sha256:…) or digest.

        A new reference without a digest drops the catalogue's digest; one without a tag keeps the catalogue's tag. The
        version stays what the catalogue says as long as the tag does.
        """
        if reference is None:
            return replace(self, digest=digest or self.digest)
        name, _, own_digest = reference.partition("@")
        tag = _tag(name)
        if not tag:
            name = f"{name}:{self.tag}"
        version = tag if tag and tag != self.tag else self.version
        return replace(self, reference=name, version=version, digest=digest or own_digest or None)


def _tag(reference: str) -> str:
    """Return what follows the colon of the last path part (a registry's port is not a tag)."""
    return reference.rpartition("/")[2].partition(":")[2]


PROMETHEUS = Image(name="prometheus", reference="prom/prometheus:v3.13.0", version="3.13.0")
ALERTMANAGER = Image(name="alertmanager", reference="prom/alertmanager:v0.31.1", version="0.31.1")
COLLECTOR = Image(name="collector", reference="otel/opentelemetry-collector-contrib:0.158.0", version="0.158.0")
THANOS = Image(name="thanos", reference="thanosio/thanos:v0.42.0", version="0.42.0")
# Carries files into volumes (never started) and provides the static health probe `busybox wget`.
UTILITY = Image(name="utility", reference="busybox:1.37.0-musl", version="1.37.0")
PYTHON_BASE = Image(name="python", reference="python:3.11-slim-bookworm", version="3.11")

# What a cluster runs beside the apps.
CLUSTER: tuple[Image, ...] = (PROMETHEUS, ALERTMANAGER, COLLECTOR, THANOS)
# What an engine runs, and builds the apps on.
CATALOGUE: tuple[Image, ...] = (PROMETHEUS, ALERTMANAGER, COLLECTOR, UTILITY, PYTHON_BASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class AppImage:
    """An app of our own, built from `context` (relative to the repository root) on `base`."""

    name: str
    context: str
    base: Image = PYTHON_BASE
    dockerfile: str = "Dockerfile"

    def content_hash(self, root: Path) -> str:
        """Hash what the image is made of into 12 hex digits; raises FileNotFoundError without a context."""
        digest = hashlib.sha256(f"{self.base.pinned}\0{self.dockerfile}\0".encode())
        digest.update(content_hash(root / self.context).encode())
        return digest.hexdigest()[:TAG_DIGITS]

    def reference(self, root: Path, repository: str = REPOSITORY) -> str:
        """Return the image's name: <repository>/<app>:<content hash>."""
        return f"{repository}/{self.name}:{self.content_hash(root)}"


API = AppImage(name="api", context="apps/api")
CONSOLE = AppImage(name="console", context="apps/console")
APPS: tuple[AppImage, ...] = (API, CONSOLE)


def content_files(folder: Path) -> Iterator[Path]:
    """Yield the files that a build context includes, sorted; raises FileNotFoundError for a missing folder."""
    for path in sorted(folder.iterdir()):
        if path.name in IGNORED_NAMES or (path.name.startswith(".") and path.name not in KEPT_HIDDEN):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from content_files(path)
        elif path.is_file():
            yield path


def content_hash(folder: Path) -> str:
    """Hash names, executable bits and contents of the files that count into 64 hex digits; the same on any machine."""
    digest = hashlib.sha256()
    for path in content_files(folder):
        data = path.read_bytes()
        executable = bool(path.stat().st_mode & 0o100)
        digest.update(f"{path.relative_to(folder).as_posix()}\0{executable}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()
