"""``python -m docs.generate``: write every generated page; with ``--check`` only compare, and fail if one differs."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from docs.generate.page import Page
from docs.generate.pages import PAGES

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: Sequence[str] | None = None, root: Path = ROOT, pages: Sequence[Page] = PAGES) -> int:
    """Write or check ``pages`` below ``root`` and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m docs.generate", description="Write the generated pages.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a page is out of date")
    check = parser.parse_args(arguments).check
    outdated = [page for page in pages if not page.is_current(root)]
    for page in outdated:
        if check:
            print(f"{page.path} is out of date: run `make docs` and commit the result", file=sys.stderr)
        else:
            page.write(root)
            print(f"wrote {page.path}")
    return 1 if check and outdated else 0


if __name__ == "__main__":
    sys.exit(main())
