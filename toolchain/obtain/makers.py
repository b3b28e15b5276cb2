"""How the catalogue's images are made where no registry answers: static programs FROM scratch, and small bases.

Entry points, users, folders and ports equal those of the official images, so that a stack runs on either.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from config.images import ALERTMANAGER, COLLECTOR, PROMETHEUS, PYTHON_BASE, THANOS, UTILITY, Image
from toolchain.obtain import bases, gobuild, imagefile
from toolchain.obtain.cache import Cache, key, remove_tree
from toolchain.obtain.errors import UnavailableError
from toolchain.obtain.imagefile import Entry, ImageConfig

# Raise when the layout below changes in a way that the recipes' own hashes do not show.
LAYOUT = "1"
# The images whose programs are built from Go modules.
GO = {
    PROMETHEUS.name: gobuild.PROMETHEUS,
    ALERTMANAGER.name: gobuild.ALERTMANAGER,
    COLLECTOR.name: gobuild.COLLECTOR,
    THANOS.name: gobuild.THANOS,
}
NOBODY = 65534
COLLECTOR_USER = 10001
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """One image to be made: for which architecture, into which file, with which labels and tags."""

    cache: Cache
    architecture: str
    target: Path
    labels: dict[str, str]
    tags: tuple[str, ...]
    note: Callable[[str], None]

    def write(self, content: Iterable[Entry] | Path, config: ImageConfig) -> None:
        """Write the image file."""
        imagefile.write(self.target, content=content, config=config, architecture=self.architecture, tags=self.tags)


def recipe(image: Image, architecture: str) -> str:
    """Hash how the image would be made here (12 hex digits); it changes when anything that goes into it does."""
    how = (
        GO[image.name].key(architecture)
        if image.name in GO
        else repr((bases.SUITE, bases.BASE_PACKAGES, bases.TRIMMED))
    )
    return key(LAYOUT, image.name, image.version, architecture, how)[:12]


def certificates() -> bytes:
    """Read the host's CA certificates; raises `UnavailableError` without them."""
    if not CERTIFICATES.is_file():
        raise UnavailableError(f"this machine has no {CERTIFICATES} (package ca-certificates)")
    return CERTIFICATES.read_bytes()


def _users() -> list[Entry]:
    accounts = f"root:x:0:0:root:/root:/sbin/nologin\nnobody:x:{NOBODY}:{NOBODY}:nobody:/nonexistent:/sbin/nologin\n"
    return [
        Entry("etc"),
        Entry("etc/passwd", 0o644, content=accounts.encode()),
        Entry("etc/group", 0o644, content=f"root:x:0:\nnobody:x:{NOBODY}:\n".encode()),
        Entry("tmp", 0o1777),
        Entry("etc/ssl"),
        Entry("etc/ssl/certs"),
        Entry("etc/ssl/certs/ca-certificates.crt", 0o644, content=certificates()),
    ]


def _prometheus(job: Making) -> None:
    programs = gobuild.build(job.cache, gobuild.PROMETHEUS, goarch=job.architecture, note=job.note)
    content = [Entry(f"bin/{name}", content=programs / name) for name, _ in gobuild.PROMETHEUS.programs]
    content += [*_users(), Entry("bin"), Entry("etc/prometheus"), Entry("prometheus", owner=NOBODY)]
    config = ImageConfig(
        entrypoint=("/bin/prometheus",),
        command=("--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"),
        user=str(NOBODY),
        workdir="/prometheus",
        ports=(9090,),
        volumes=("/prometheus",),
        labels=job.labels,
    )
    job.write(content, config)


def _alertmanager(job: Making) -> None:
    programs = gobuild.build(job.cache, gobuild.ALERTMANAGER, goarch=job.architecture, note=job.note)
    content = [Entry(f"bin/{name}", content=programs / name) for name, _ in gobuild.ALERTMANAGER.programs]
    content += [*_users(), Entry("bin"), Entry("etc/alertmanager"), Entry("alertmanager", owner=NOBODY)]
    config = ImageConfig(
        entrypoint=("/bin/alertmanager",),
        command=("--config.file=/etc/alertmanager/alertmanager.yml", "--storage.path=/alertmanager"),
        user=str(NOBODY),
        workdir="/alertmanager",
        ports=(9093,),
        volumes=("/alertmanager",),
        labels=job.labels,
    )
    job.write(content, config)


def _collector(job: Making) -> None:
    programs = gobuild.build(job.cache, gobuild.COLLECTOR, goarch=job.architecture, note=job.note)
    content = [*_users(), Entry("etc/otelcol-contrib"), Entry("otelcol-contrib", content=programs / "otelcol-contrib")]
    config = ImageConfig(
        entrypoint=("/otelcol-contrib",),
        command=("--config", "/etc/otelcol-contrib/config.yaml"),
        user=f"{COLLECTOR_USER}:{COLLECTOR_USER}",
        ports=(4317, 4318, 55679),
        labels=job.labels,
    )
    job.write(content, config)


def _thanos(job: Making) -> None:
    programs = gobuild.build(job.cache, gobuild.THANOS, goarch=job.architecture, note=job.note)
    content = [*_users(), Entry("bin"), Entry("bin/thanos", content=programs / "thanos")]
    job.write(content, ImageConfig(entrypoint=("/bin/thanos",), user="1001", labels=job.labels))


def _utility(job: Making) -> None:
    if job.architecture != gobuild.host_arch():
        raise UnavailableError(f"busybox comes from this machine's packages, but the engine is {job.architecture}")
    unpacked = job.target.parent / "unpacked"
    program = bases.busybox(unpacked, cache=job.cache, note=job.note)
    paths = [path for path in bases.applets(program) if path != "bin/busybox"]
    folders = {str(parent) for path in paths for parent in Path(path).parents} - {"."}
    content = [Entry("bin/busybox", content=program), *(Entry(path, link="/bin/busybox") for path in paths)]
    content += [*_users(), *(Entry(folder) for folder in folders | {"bin"} - {"etc"}), Entry("root", 0o700)]
    job.write(content, ImageConfig(command=("sh",), labels=job.labels))
    remove_tree(unpacked)


def _python(job: Making) -> None:
    config = ImageConfig(command=("python3",), env=(*ImageConfig().env, "LANG=C.UTF-8"), labels=job.labels)

    def build(root: Path) -> None:
        job.write(root, config)

    bases.python_root(cache=job.cache, goarch=job.architecture, note=job.note, build=build)


MAKERS: dict[str, Callable[[Making], None]] = {
    PROMETHEUS.name: _prometheus,
    ALERTMANAGER.name: _alertmanager,
    COLLECTOR.name: _collector,
    THANOS.name: _thanos,
    UTILITY.name: _utility,
    PYTHON_BASE.name: _python,
}
# Dear to make; the others are quick to write again from cached programs and not worth twice the space.
KEPT = frozenset({UTILITY.name, PYTHON_BASE.name})
