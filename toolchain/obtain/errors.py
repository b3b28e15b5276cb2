"""Errors while a part is obtained, in words for the person at the terminal."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Attempt:
    """One source that was tried, and what came of it."""

    source: str
    result: str
    log: Path | None = None
    tail: tuple[str, ...] = ()


class UnavailableError(Exception):
    """One source cannot provide the part (the next one is tried); the text is the reason, in one line."""

    def __init__(self, reason: str, *, log: Path | None = None, tail: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.log = log
        self.tail = tail


class ToolchainError(Exception):
    """A stage failed for good: the part, each source with its result, and a remedy."""

    def __init__(
        self,
        wanted: str,
        *,
        attempts: tuple[Attempt, ...] = (),
        remedy: str,
    ) -> None:
        self.wanted = wanted
        self.attempts = attempts
        self.remedy = remedy
        super().__init__(self._text())

    def _text(self) -> str:
        lines = [f"cannot obtain {self.wanted}"]
        for attempt in self.attempts:
            lines.append(f"  tried {attempt.source}: {attempt.result}")
            lines += [f"    | {line}" for line in attempt.tail]
            if attempt.log is not None:
                lines.append(f"    log: {attempt.log}")
        lines.append(f"  what to do: {self.remedy}")
        return "\n".join(lines)
