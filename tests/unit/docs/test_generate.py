"""Generated pages are what the code says now, and a stale one is told by name."""

from functools import partial
from pathlib import Path

import pytest

from docs.generate.__main__ import main
from docs.generate.page import Page


def _pages(*texts: str) -> list[Page]:
    return [Page(path=f"folder/{number}.md", render=partial(str, text)) for number, text in enumerate(texts)]


def test_missing_pages_are_written_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], tmp_path, _pages("one\n", "two\n")) == 0
    assert (tmp_path / "folder/1.md").read_text() == "two\n"
    assert capsys.readouterr().out == "wrote folder/0.md\nwrote folder/1.md\n"
    assert main([], tmp_path, _pages("one\n", "two\n")) == 0
    assert capsys.readouterr().out == ""


def test_a_check_names_what_is_out_of_date_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main([], tmp_path, _pages("one\n", "two\n"))
    (tmp_path / "folder/0.md").write_text("one by hand\n")
    capsys.readouterr()
    assert main(["--check"], tmp_path, _pages("one\n", "two\n")) == 1
    assert capsys.readouterr().err == "folder/0.md is out of date: run `make docs` and commit the result\n"
    assert (tmp_path / "folder/0.md").read_text() == "one by hand\n"


def test_a_check_fails_on_a_missing_page_and_passes_on_current_ones(tmp_path: Path) -> None:
    assert main(["--check"], tmp_path, _pages("one\n")) == 1
    main([], tmp_path, _pages("one\n"))
    assert main(["--check"], tmp_path, _pages("one\n")) == 0


def test_the_repository_s_pages_are_current() -> None:
    assert main(["--check"]) == 0
