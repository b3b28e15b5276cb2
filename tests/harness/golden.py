"""Recorded lists that tests compare their findings with."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

OPTION = "--update-golden"


@dataclass(frozen=True, kw_only=True)
class Golden:
    """``update`` writes the list of each test that runs anew, in place of comparing."""

    update: bool

    def hold(self, file: Path, found: Sequence[str]) -> None:
        """Hold a list against the recorded one."""
        text = "".join(f"{line}\n" for line in found)
        if self.update:
            file.write_text(text)
        assert text == file.read_text(), f"if this is intended, run this test with {OPTION} and review the difference"
