"""Prepare the build contexts of our own apps: Python wheels and the built web page, so that images build offline.

A context is complete before the engine sees it: its Dockerfile needs no registry, on any base image.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from config.images import AppImage, content_hash
from toolchain.obtain import node, process
from toolchain.obtain.cache import Cache, key
from toolchain.obtain.engine import Engine
from toolchain.obtain.errors import UnavailableError
from toolchain.obtain.sources import Source, obtain
from toolchain.obtain.stages import Stage

PIP_SECONDS = 900.0
PYTHON_VERSION = "3.11"
# Debian bookworm's C library; wheels for any older one fit, too.
NEWEST_GLIBC = 36
MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}
Note = Callable[[str], None]


def prepare(app: AppImage, root: Path, cache: Cache, engine: Engine, stage: Stage) -> None:
    """Fill the context's wheels/ and web/dist/ as far as the app has them; raises `ToolchainError`."""
    context = root / app.context
    if not context.is_dir():
        stage.result("not in this checkout")
        return
    requirements = context / "requirements.txt"
    if requirements.is_file():
        wheels = obtain(
            f"the wheels of {app.context}",
            [Source("pip", lambda: _wheels(requirements, engine.architecture, cache, stage.note))],
            remedy="check that pip reaches a package index (PIP_INDEX_URL or pip.conf) and see the log",
        )
        mirror(wheels, context / "wheels")
    web = context / "web"
    if (web / "package.json").is_file():
        on_host = node.obstacle() is None
        built = obtain(
            f"the web page of {app.context}",
            [Source("npm on this machine", lambda: _web(web, cache, stage.note, node.on_host))]
            # A page that does not build on the host would not build in a container either.
            + ([] if on_host else [Source("the node image", lambda: _web(web, cache, stage.note, node.in_container))]),
            remedy=f"install Node {node.NEEDED} or newer with npm, and check that npm reaches a registry",
        )
        mirror(built, web / "dist", link=False)
    stage.result("prepared" if stage.worked else "already there")


def platforms(goarch: str) -> tuple[str, ...]:
    """List the wheel platforms that run on the base image; pip does not work out older ones by itself."""
    machine = MACHINES.get(goarch, goarch)
    numbered = tuple(f"manylinux_2_{minor}_{machine}" for minor in range(NEWEST_GLIBC, 4, -1))
    return (*numbered, f"manylinux2014_{machine}", f"manylinux2010_{machine}", f"manylinux1_{machine}")


def _wheels(requirements: Path, goarch: str, cache: Cache, note: Note) -> Path:
    def download(folder: Path) -> None:
        note(f"downloading the wheels of {requirements.parent.name} with pip")
        wanted = [argument for platform in platforms(goarch) for argument in ("--platform", platform)]
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--require-hashes"]
        command += ["--only-binary=:all:", "--python-version", PYTHON_VERSION, "--implementation", "cp"]
        command += [*wanted, "-r", str(requirements), "-d", str(folder)]
        process.run(command, log=cache.log("wheels"), timeout=PIP_SECONDS)

    return cache.make("wheels", key(requirements.read_bytes(), PYTHON_VERSION, goarch), download, note=note)


def _web(web: Path, cache: Cache, note: Note, build: Callable[[Path, Path, Note], None]) -> Path:
    def make(folder: Path) -> None:
        note("building the web page: npm ci && npm run build")
        with tempfile.TemporaryDirectory(prefix="planewatch-web-") as scratch:
            # A copy: the developer's node_modules stay as they are, and ours never get into a context.
            source = Path(scratch) / "web"
            shutil.copytree(web, source, ignore=shutil.ignore_patterns("node_modules", "dist", ".vite", "coverage"))
            build(source, cache.log("web"), note)
            if not (source / "dist" / "index.html").is_file():
                raise UnavailableError("the build left no dist/index.html")
            shutil.copytree(source / "dist", folder, dirs_exist_ok=True)

    return cache.make("web", key(content_hash(web)), make, note=note)


def mirror(source: Path, target: Path, *, link: bool = True) -> None:
    """Make `target` hold exactly the files of `source`; untouched when it does already.

    Links save the space of large files that nobody edits in place; copies keep the cache safe from those who might.
    """
    wanted = {path.relative_to(source): path for path in source.rglob("*") if path.is_file()}
    present = (
        {path.relative_to(target): path for path in target.rglob("*") if path.is_file()} if target.is_dir() else {}
    )
    if wanted.keys() == present.keys() and all(_same(wanted[name], present[name]) for name in wanted):
        return
    shutil.rmtree(target, ignore_errors=True)
    for name, path in wanted.items():
        place = target / name
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            if link:
                os.link(path, place)
        except OSError:  # another file system
            pass
        if not place.exists():
            shutil.copy2(path, place)


def _same(one: Path, other: Path) -> bool:
    first, second = one.stat(), other.stat()
    return first.st_size == second.st_size and (
        (first.st_ino, first.st_dev) == (second.st_ino, second.st_dev) or one.read_bytes() == other.read_bytes()
    )
