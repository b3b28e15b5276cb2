"""Write an image as a file that any engine loads; the same input gives the same bytes, so also the same image id."""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

# Images must not depend on when they were made.
CREATED = "2026-01-01T00:00:00Z"
MOMENT = 1767225600
RECIPE_LABEL = "dev.planewatch.recipe"


@dataclass(frozen=True, slots=True)
class Entry:
    """A path in the image: a file (`content`), a symbolic link (`link`) or, with neither, a folder."""

    path: str
    mode: int = 0o755
    owner: int = 0
    content: Path | bytes | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageConfig:
    """What the image starts and as whom; empty fields are left out."""

    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    user: str = ""
    workdir: str = "/"
    env: tuple[str, ...] = ("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",)
    ports: tuple[int, ...] = ()
    volumes: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """Return the image specification's `config` object."""
        content: dict[str, object] = {
            "Entrypoint": list(self.entrypoint) or None,
            "Cmd": list(self.command) or None,
            "User": self.user,
            "WorkingDir": self.workdir,
            "Env": list(self.env),
            "Labels": dict(self.labels),
        }
        if self.ports:
            content["ExposedPorts"] = {f"{port}/tcp": {} for port in self.ports}
        if self.volumes:
            content["Volumes"] = {volume: {} for volume in self.volumes}
        return content


def write(
    target: Path,
    *,
    content: Iterable[Entry] | Path,
    config: ImageConfig,
    architecture: str,
    tags: Iterable[str],
) -> None:
    """Write a one-layer image to `target`; `content` is a list of entries or a folder taken as it is."""
    with TemporaryFile(dir=target.parent) as layer:
        with tarfile.open(fileobj=layer, mode="w", format=tarfile.PAX_FORMAT) as archive:
            if isinstance(content, Path):
                _add_tree(archive, content)
            else:
                _add_entries(archive, content)
        size = layer.tell()
        layer.seek(0)
        digest = hashlib.file_digest(layer, "sha256").hexdigest()
        layer.seek(0)
        settings = json.dumps(
            {
                "architecture": architecture,
                "os": "linux",
                "created": CREATED,
                "config": config.as_json(),
                "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}"]},
                "history": [{"created": CREATED, "created_by": "planewatch toolchain"}],
            },
            sort_keys=True,
        ).encode()
        name = hashlib.sha256(settings).hexdigest()
        manifest = [{"Config": f"{name}.json", "RepoTags": list(tags), "Layers": [f"{digest}/layer.tar"]}]
        with tarfile.open(target, "w") as archive:
            _add(archive, f"{name}.json", io.BytesIO(settings), len(settings))
            _add(archive, f"{digest}/layer.tar", layer, size)
            listing = json.dumps(manifest).encode()
            _add(archive, "manifest.json", io.BytesIO(listing), len(listing))


def _add(archive: tarfile.TarFile, name: str, data: IO[bytes], size: int, *, mode: int = 0o644, owner: int = 0) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = size, mode, MOMENT
    info.uid = info.gid = owner
    archive.addfile(info, data)


def _add_entries(archive: tarfile.TarFile, entries: Iterable[Entry]) -> None:
    for entry in sorted(entries, key=lambda one: one.path):
        name = entry.path.lstrip("/")
        match entry.content:
            case Path() as path:
                with path.open("rb") as file:
                    _add(archive, name, file, path.stat().st_size, mode=entry.mode, owner=entry.owner)
            case bytes() as data:
                _add(archive, name, io.BytesIO(data), len(data), mode=entry.mode, owner=entry.owner)
            case None:
                info = tarfile.TarInfo(name)
                info.type = tarfile.DIRTYPE if entry.link is None else tarfile.SYMTYPE
                info.linkname = entry.link or ""
                info.mode, info.mtime = entry.mode, MOMENT
                info.uid = info.gid = entry.owner
                archive.addfile(info)


def _add_tree(archive: tarfile.TarFile, root: Path) -> None:
    """Add a root file system as it is but for devices; times stay, because Python's byte code needs its source's."""

    def normal(info: tarfile.TarInfo) -> tarfile.TarInfo | None:
        if info.isdev():
            return None
        info.uname = info.gname = ""
        return info

    for folder, folders, files in os.walk(root):
        folders.sort()
        place = Path(folder)
        links = [name for name in folders if (place / name).is_symlink()]
        for name in sorted([*files, *links, *(one for one in folders if one not in links)]):
            path = place / name
            archive.add(path, arcname=path.relative_to(root).as_posix(), recursive=False, filter=normal)
