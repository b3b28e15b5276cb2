"""Look at what is live of a stack, as `up` does before anything else: `python -m benchmarks.look <backend> <stack>`."""

import os
import sys

from benchmarks.processes import BenchmarkError
from delivery import live, recorded


def main() -> None:
    """Read the state, look, and say how much was looked at; what differs is no fault here."""
    backend, stack = sys.argv[1:]
    state = recorded.read(backend, stack)
    if state is None:
        raise BenchmarkError(f"{backend} has no state of stack {stack}")
    resources = recorded.resources(state)
    seen = live.look(resources, os.environ)
    print(f"{len(resources)} resources, {len(seen.differences)} differ")


if __name__ == "__main__":
    main()
