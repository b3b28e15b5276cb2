"""Every link of a page to a file or heading of the repository leads there."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.pulumi import ROOT

_FENCED = re.compile(r"```.*?```", re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
# Templates of generated pages: their links hold where the page lies.
_TEMPLATES = ROOT / "docs" / "generate"


def _pages() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [ROOT / name for name in listed.splitlines() if not (ROOT / name).is_relative_to(_TEMPLATES)]


def _anchors(page: Path) -> set[str]:
    """Return the headings as GitHub links to them."""
    headings = re.findall(r"^#+ (.*)$", _FENCED.sub("", page.read_text()), re.MULTILINE)
    texts = (re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower() for heading in headings)
    return {"".join(sign for sign in text if sign.isalnum() or sign in "-_ ").replace(" ", "-") for text in texts}


def _broken(page: Path) -> Iterator[str]:
    for link in _LINK.findall(_FENCED.sub("", page.read_text())):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in _anchors(target)):
            yield link


@pytest.mark.parametrize("page", _pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    assert list(_broken(page)) == []


def test_a_broken_link_would_be_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# One `two`\n[a](#one-two) [b](none.md) [c](page.md#three) [d](https://example.com)\n")
    assert list(_broken(page)) == ["none.md", "page.md#three"]
