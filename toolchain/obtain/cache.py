"""One folder for everything costly, outside the checkout: entries keyed by what they are made of.

An entry appears whole or not at all: it is built in a sibling folder and renamed. A lock per entry keeps two runs
from building the same thing; the kernel drops it when its holder dies, whatever the reason.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

KEY_DIGITS = 20
KEPT_SECONDS = 30 * 24 * 3600


def key(*parts: str | bytes) -> str:
    """Hash the parts that an entry is made of into 20 hex digits; part boundaries count."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()[:KEY_DIGITS]


def _quiet(_: str) -> None:
    """Ignore a progress note."""


@dataclass(frozen=True, slots=True)
class Cache:
    """The cache folder; nothing is created before something is put into it."""

    root: Path

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> "Cache":
        """Choose PLANEWATCH_CACHE, else XDG_CACHE_HOME/planewatch, else ~/.cache/planewatch."""
        if own := environ.get("PLANEWATCH_CACHE"):
            return cls(Path(own).expanduser().absolute())
        base = environ.get("XDG_CACHE_HOME")
        return cls((Path(base) if base else Path.home() / ".cache").absolute() / "planewatch")

    def entry(self, kind: str, entry_key: str) -> Path:
        """Return where the entry lies (or will lie)."""
        return self.root / "entries" / f"{kind}-{entry_key}"

    def find(self, kind: str, entry_key: str) -> Path | None:
        """Return the entry's folder if it is complete, noting that it was used."""
        path = self.entry(kind, entry_key)
        if not path.is_dir():
            return None
        with contextlib.suppress(OSError):  # a cache that somebody else filled may be read-only
            os.utime(path)
        return path

    def make(
        self,
        kind: str,
        entry_key: str,
        build: Callable[[Path], None],
        *,
        note: Callable[[str], None] = _quiet,
    ) -> Path:
        """Return the entry, calling `build(empty folder)` when it does not exist yet.

        Whatever `build` raises (KeyboardInterrupt too) passes through and leaves no trace of the entry.
        """
        if found := self.find(kind, entry_key):
            return found
        path = self.entry(kind, entry_key)
        with self.lock(path.name, note=note):
            if path.is_dir():
                return path
            path.parent.mkdir(parents=True, exist_ok=True)
            # Holding the lock, any sibling that is still there belongs to a builder that was killed.
            for stale in path.parent.glob(f".{path.name}.*"):
                remove_tree(stale)
            building = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
            try:
                building.chmod(0o755)
                build(building)
                building.rename(path)
            except BaseException:
                remove_tree(building)
                raise
        self._forget_unused(kind)
        return path

    def _forget_unused(self, kind: str) -> None:
        """Delete the kind's entries that no checkout has used for a month: a newer one was just made."""
        limit = time.time() - KEPT_SECONDS
        for path in (self.root / "entries").glob(f"{kind}-{'[0-9a-f]' * KEY_DIGITS}"):
            if path.stat().st_mtime < limit:
                remove_tree(path)

    @contextmanager
    def lock(self, name: str, *, note: Callable[[str], None] = _quiet) -> Iterator[None]:
        """Hold the lock `name` against other processes and threads; `note` hears of a wait."""
        folder = self.root / "locks"
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / f"{name}.lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                note("waiting for another run that is building it")
                fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def log(self, name: str) -> Path:
        """Return a fresh file for a builder's output; the ten newest of each name are kept."""
        folder = self.root / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        for old in sorted(folder.glob(f"{name}-*.log"))[:-9]:
            old.unlink(missing_ok=True)
        stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime())
        return folder / f"{name}-{stamp}-{os.getpid()}.log"


def remove_tree(path: Path) -> None:
    """Delete a folder, also where its content (a Go module cache, say) is read-only."""
    for folder, _, _ in os.walk(path):
        Path(folder).chmod(0o755)
    shutil.rmtree(path, ignore_errors=True)
