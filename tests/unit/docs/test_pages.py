"""Every page can be reached from the README, and the index of decision records is complete."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.pulumi import ROOT

_LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
_RECORDS = ROOT / "docs" / "adr"
# Parts of generated pages, not pages.
_TEMPLATES = ROOT / "docs" / "generate"


def _pages(root: Path = ROOT) -> set[Path]:
    listed = subprocess.run(["git", "ls-files", "*.md"], cwd=root, check=True, capture_output=True, text=True).stdout
    return {root / name for name in listed.splitlines() if not (root / name).is_relative_to(_TEMPLATES)}


def _linked(page: Path) -> Iterator[Path]:
    for link in _LINK.findall(page.read_text()):
        target = (page.parent / link).resolve()
        # A link to a folder shows its files.
        yield from target.glob("*.md") if target.is_dir() else [target]


def _reachable(start: Path) -> set[Path]:
    found, ahead = {start}, [start]
    while ahead:
        for page in _linked(ahead.pop()):
            if page.suffix == ".md" and page.exists() and page not in found:
                found.add(page)
                ahead.append(page)
    return found


def test_every_page_can_be_reached_from_the_readme() -> None:
    assert sorted(_pages() - _reachable(ROOT / "README.md")) == []


def test_a_page_without_a_link_would_be_found(tmp_path: Path) -> None:
    for name, text in {"README.md": "[a](a.md) [b](sub)", "a.md": "", "sub/b.md": "", "lost.md": "[a](a.md)"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    assert set(tmp_path.rglob("*.md")) - _reachable(tmp_path / "README.md") == {tmp_path / "lost.md"}


@pytest.mark.parametrize("record", sorted(_RECORDS.glob("0*.md")), ids=lambda record: record.stem)
def test_the_index_lists_each_record_with_its_number_and_title(record: Path) -> None:
    number, title = re.fullmatch(r"# (\d+)\. (.+)", record.read_text().splitlines()[0]).groups()  # type: ignore[union-attr]
    assert record.name.startswith(f"{int(number):04}-")
    assert f"| [{int(number):04}]({record.name}) | {title} |" in (_RECORDS / "README.md").read_text().splitlines()


def test_records_are_numbered_without_gaps() -> None:
    numbers = sorted(int(record.name[:4]) for record in _RECORDS.glob("0*.md"))
    assert numbers == list(range(1, len(numbers) + 1))
