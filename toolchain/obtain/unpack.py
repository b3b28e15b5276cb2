"""Unpack archives without letting them write elsewhere, on every Python that the project supports."""

import tarfile
from pathlib import Path


def unpack(archive: Path, folder: Path) -> None:
    """Unpack a tar archive into a folder; raises `tarfile.TarError` before anything of it would lie outside."""
    with tarfile.open(archive) as content:
        # Python has filters since 3.11.4; Debian 12 comes with 3.11.2.
        if hasattr(tarfile, "data_filter"):
            content.extractall(folder, filter="data")
            return
        for member in content:
            _check(member, folder.resolve())
        content.extractall(folder)  # noqa: S202  checked above


def _check(member: tarfile.TarInfo, folder: Path) -> None:
    """Refuse what the filter ``data`` refuses, and links to where the archive itself could write through them."""
    place = folder / member.name
    places = [place]
    if member.issym():
        places.append(place.parent / member.linkname)
    elif member.islnk():
        places.append(folder / member.linkname)
    elif not (member.isfile() or member.isdir()):
        raise tarfile.ExtractError(f"{member.name} is neither a file, a folder nor a link")
    for each in places:
        if not each.resolve().is_relative_to(folder):
            raise tarfile.ExtractError(f"{member.name} lies or leads outside of the archive")
