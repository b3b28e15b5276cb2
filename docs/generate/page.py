"""A generated file and what becomes of it: written, or compared with what is there."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Page:
    """A file of the repository, ``path`` from its root, and the function that renders its whole text."""

    path: str
    render: Callable[[], str]

    def is_current(self, root: Path) -> bool:
        """Return whether the file below ``root`` holds what would be written now."""
        file = root / self.path
        return file.is_file() and file.read_text(encoding="utf-8") == self.render()

    def write(self, root: Path) -> None:
        """Write the file below ``root``."""
        file = root / self.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(self.render(), encoding="utf-8")
