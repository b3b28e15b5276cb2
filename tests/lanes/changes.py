"""In which order lanes run when time may not suffice for all: what changed first, the rest in turn."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.lanes.plan import Lane

# What a submission usually brings; a shallow clone has less, and then less counts as changed.
_RECENT_S = 24 * 3600


def in_turn(lanes: Sequence[Lane], root: Path) -> list[Lane]:
    """Sort lanes: those whose tests or sources changed first; within each group another lane leads at each commit."""
    count = int(_git(root, "rev-list", "--count", "HEAD") or 0)
    turn = count % len(lanes) if lanes else 0
    turned = [*lanes[turn:], *lanes[:turn]]
    changed = changed_files(root)
    return sorted(turned, key=lambda lane: not _is_touched(lane, changed))


def changed_files(root: Path) -> frozenset[str]:
    """Return the files that commits of the last day before the newest one changed; none outside a repository."""
    newest = _git(root, "log", "-1", "--format=%ct")
    if not newest:
        return frozenset()
    names = _git(root, "log", f"--since={int(newest) - _RECENT_S}", "--name-only", "--format=")
    return frozenset(names.split())


def _is_touched(lane: Lane, changed: frozenset[str]) -> bool:
    own = tuple(path.partition("::")[0] for path in (*lane.thorough, *lane.proves))
    return any(file.startswith(own) for file in changed)


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""
