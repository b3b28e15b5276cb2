import os
from pathlib import Path

import pytest

from config.images import AppImage
from toolchain.obtain import apps
from toolchain.obtain.cache import Cache
from toolchain.obtain.engine import Engine
from toolchain.obtain.errors import ToolchainError
from toolchain.obtain.stages import Stage

ENGINE = Engine(host="unix:///none", version="1", api="1.41", architecture="amd64", origin="test")
APP = AppImage(name="api", context="api")


@pytest.fixture
def stage() -> Stage:
    return Stage("app api", lambda _: None)


def test_wheel_platforms_go_down_from_the_base_images_c_library() -> None:
    found = apps.platforms("arm64")
    assert found[0] == "manylinux_2_36_aarch64"
    assert {"manylinux_2_17_aarch64", "manylinux2014_aarch64", "manylinux1_aarch64"} <= set(found)
    assert apps.platforms("amd64")[0] == "manylinux_2_36_x86_64"


def test_a_context_without_wheels_or_page_needs_nothing(tmp_path: Path, stage: Stage) -> None:
    (tmp_path / "api").mkdir()
    apps.prepare(APP, tmp_path, Cache(tmp_path / "cache"), ENGINE, stage)
    assert stage.outcome == "already there"
    assert not (tmp_path / "cache").exists()


def test_a_missing_app_is_reported(tmp_path: Path, stage: Stage) -> None:
    apps.prepare(APP, tmp_path, Cache(tmp_path / "cache"), ENGINE, stage)
    assert stage.outcome == "not in this checkout"


def npm(folder: Path, build: str) -> str:
    """Write stand-ins for node and npm; returns the PATH that leads to them."""
    for name, text in (("node", "echo v20.1.0"), ("npm", f'[ "$1" = ci ] || {{ {build}; }}')):
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(f"#!/bin/sh\n{text}\n")
        (folder / name).chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


def page(root: Path) -> Path:
    web = root / "api" / "web"
    (web / "src").mkdir(parents=True)
    (web / "package.json").write_text("{}")
    (web / "src" / "main.ts").write_text("1")
    return web


def test_the_page_is_built_from_a_copy_once_per_content(
    tmp_path: Path, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    web = page(tmp_path)
    log = tmp_path / "log"
    monkeypatch.setenv("PATH", npm(tmp_path / "bin", f"echo x >> {log}; mkdir dist; cp src/main.ts dist/index.html"))
    cache = Cache(tmp_path / "cache")
    for _ in range(2):
        apps.prepare(APP, tmp_path, cache, ENGINE, stage)
        assert (web / "dist" / "index.html").read_text() == "1"
    assert len(log.read_text().splitlines()) == 1
    assert sorted(path.name for path in web.iterdir()) == ["dist", "package.json", "src"]
    (web / "src" / "main.ts").write_text("2")
    apps.prepare(APP, tmp_path, cache, ENGINE, stage)
    assert (web / "dist" / "index.html").read_text() == "2"


def test_a_page_that_does_not_build_shows_the_builders_words(
    tmp_path: Path, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    page(tmp_path)
    monkeypatch.setenv("PATH", npm(tmp_path / "bin", "echo 'src/main.ts: error'; exit 1"))
    with pytest.raises(ToolchainError) as caught:
        apps.prepare(APP, tmp_path, Cache(tmp_path / "cache"), ENGINE, stage)
    (attempt,) = caught.value.attempts
    assert attempt.source == "npm on this machine"
    assert "src/main.ts: error" in attempt.tail
    assert not (tmp_path / "api" / "web" / "dist").exists()


def test_wheels_must_match_the_pinned_hashes(tmp_path: Path, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A local folder of wheels is the index; the wheel in it is not the pinned one."""
    links = tmp_path / "links"
    links.mkdir()
    (links / "stub-1-py3-none-any.whl").write_bytes(b"not the pinned one")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(links))
    (tmp_path / "api").mkdir()
    (tmp_path / "api" / "requirements.txt").write_text(f"stub==1 --hash=sha256:{'0' * 64}\n")
    with pytest.raises(ToolchainError) as caught:
        apps.prepare(APP, tmp_path, Cache(tmp_path / "cache"), ENGINE, stage)
    assert "DO NOT MATCH THE HASHES" in "\n".join(caught.value.attempts[0].tail)
    assert not (tmp_path / "api" / "wheels").exists()


def test_a_mirror_holds_exactly_the_source(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    (source / "sub").mkdir(parents=True)
    (source / "sub" / "a").write_text("new")
    target.mkdir()
    (target / "stale").write_text("old")
    apps.mirror(source, target)
    assert [path.relative_to(target).as_posix() for path in sorted(target.rglob("*"))] == ["sub", "sub/a"]
    before = (target / "sub").stat().st_mtime_ns
    apps.mirror(source, target)
    assert (target / "sub").stat().st_mtime_ns == before
    assert (target / "sub" / "a").samefile(source / "sub" / "a")


def test_a_copied_mirror_keeps_the_source_safe_and_is_put_right(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    (source / "a").write_text("new")
    apps.mirror(source, target, link=False)
    (target / "a").write_text("bad")
    assert (source / "a").read_text() == "new"
    apps.mirror(source, target, link=False)
    assert (target / "a").read_text() == "new"
