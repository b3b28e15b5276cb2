"""The marker of a command that writes the state only at its end: if it stays, the command was killed."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from delivery.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class Unrecorded:
    """The file that holds when the command began."""

    file: Path

    @classmethod
    def of(cls, workspace: Workspace) -> "Unrecorded":
        """Return the mark of a stack."""
        return cls(file=workspace.state / "unrecorded" / workspace.stack)

    def begins(self) -> None:
        """Set the mark; an earlier one stays as it is."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        if self.began() is None:
            self.file.write_text(datetime.now(tz=UTC).isoformat())

    def began(self) -> datetime | None:
        """Return when a command began that never came to its end; None where there is none."""
        try:
            return datetime.fromisoformat(self.file.read_text())
        except (OSError, ValueError):
            return None

    def ended(self) -> None:
        """Remove the mark."""
        self.file.unlink(missing_ok=True)
