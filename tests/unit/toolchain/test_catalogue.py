import re
from dataclasses import replace
from pathlib import Path

import pytest

from config.images import (
    ALERTMANAGER,
    APPS,
    CATALOGUE,
    CLUSTER,
    COLLECTOR,
    PROMETHEUS,
    PYTHON_BASE,
    AppImage,
    Image,
    content_hash,
)
from toolchain.obtain import gobuild
from toolchain.obtain.makers import MAKERS, recipe

DIGEST = "sha256:" + "ab" * 32


@pytest.fixture
def context(tmp_path: Path) -> Path:
    folder = tmp_path / "apps" / "api"
    (folder / "routes").mkdir(parents=True)
    (folder / "Dockerfile").write_text("FROM base\n")
    (folder / "routes" / "orders.py").write_text("x = 1\n")
    (folder / ".dockerignore").write_text("tests\n")
    return folder


def test_every_image_is_pinned_by_a_version_in_its_reference() -> None:
    assert len({image.name for image in CATALOGUE}) == len(CATALOGUE)
    for image in CATALOGUE:
        tag = image.reference.rpartition(":")[2]
        assert tag.removeprefix("v").startswith(image.version), image
        assert re.fullmatch(r"[a-z0-9/-]+:[A-Za-z0-9._-]+", image.reference), image


def test_an_override_takes_reference_and_digest() -> None:
    mirror = PROMETHEUS.with_override("registry.example.com:5000/prom/prometheus:v3.13.1")
    assert (mirror.name, mirror.version, mirror.digest) == ("prometheus", "v3.13.1", None)
    assert (mirror.repository, mirror.tag) == ("registry.example.com:5000/prom/prometheus", "v3.13.1")
    pinned = PROMETHEUS.with_override(digest=DIGEST)
    assert pinned.pinned == f"prom/prometheus:v3.13.0@{DIGEST}"
    assert pinned.with_override() == pinned
    assert pinned.with_override("other/prometheus:v1").digest is None
    assert PROMETHEUS.with_override(f"own/prometheus:v1@{DIGEST}").pinned == f"own/prometheus:v1@{DIGEST}"
    untagged = PROMETHEUS.with_override("registry.example.com:5000/prometheus")
    assert (untagged.reference, untagged.version) == ("registry.example.com:5000/prometheus:v3.13.0", "3.13.0")


def test_an_app_is_named_by_its_content(context: Path, tmp_path: Path) -> None:
    app = AppImage(name="api", context="apps/api")
    name = app.reference(tmp_path)
    assert re.fullmatch(r"planewatch/api:[0-9a-f]{12}", name)
    assert app.reference(tmp_path) == name
    assert replace(app, base=PYTHON_BASE.with_override("mirror/python:3.12")).reference(tmp_path) != name
    (context / "routes" / "orders.py").write_text("x = 2\n")
    assert app.reference(tmp_path) != name


@pytest.mark.parametrize(
    "path",
    [
        "wheels/a.whl",
        "web/dist/index.html",
        "web/node_modules/x/index.js",
        "tests/test_x.py",
        "routes/__pycache__/orders.pyc",
        ".pytest_cache/x",
        "web/coverage/x",
    ],
)
def test_what_is_made_from_the_rest_does_not_count(context: Path, path: str) -> None:
    before = content_hash(context)
    (context / path).parent.mkdir(parents=True, exist_ok=True)
    (context / path).write_text("x")
    assert content_hash(context) == before


@pytest.mark.parametrize("path", ["new.py", ".dockerignore", "requirements.txt", "web/src/App.tsx", "web/.npmrc"])
def test_what_the_image_is_made_of_counts(context: Path, path: str) -> None:
    before = content_hash(context)
    (context / path).parent.mkdir(parents=True, exist_ok=True)
    (context / path).write_text("new")
    assert content_hash(context) != before


def test_moving_a_byte_from_one_file_to_the_next_counts(tmp_path: Path) -> None:
    for name, first, second in (("one", "ab", "c"), ("two", "a", "bc")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a").write_text(first)
        (tmp_path / name / "b").write_text(second)
    assert content_hash(tmp_path / "one") != content_hash(tmp_path / "two")


def test_an_executable_bit_counts_and_times_do_not(context: Path) -> None:
    before = content_hash(context)
    (context / "Dockerfile").touch()
    assert content_hash(context) == before
    (context / "Dockerfile").chmod(0o755)
    assert content_hash(context) != before


def test_a_missing_context_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        APPS[0].reference(tmp_path)


def test_every_image_of_the_catalogue_can_be_made() -> None:
    images = {*CATALOGUE, *CLUSTER}
    assert {image.name for image in images} == MAKERS.keys()
    assert len({recipe(image, "amd64") for image in images}) == len(images)


def test_a_recipe_depends_on_version_and_architecture() -> None:
    known = recipe(COLLECTOR, "amd64")
    assert recipe(COLLECTOR, "amd64") == known
    assert recipe(COLLECTOR, "arm64") != known
    assert recipe(replace(COLLECTOR, version="0.159.0"), "amd64") != known


@pytest.mark.parametrize(
    ("image", "how"),
    [(PROMETHEUS, gobuild.PROMETHEUS), (ALERTMANAGER, gobuild.ALERTMANAGER), (COLLECTOR, gobuild.COLLECTOR)],
)
def test_what_is_built_is_the_version_of_the_catalogue(image: Image, how: gobuild.Recipe) -> None:
    assert image.version == how.version


@pytest.mark.parametrize("how", [gobuild.PULUMI, gobuild.PROMETHEUS, gobuild.ALERTMANAGER, gobuild.COLLECTOR])
def test_go_sources_are_pinned_and_name_no_local_path(how: gobuild.Recipe) -> None:
    module = (how.source / "go.mod").read_text()
    assert f"module planewatch/toolchain/{how.name}\n" in module
    assert not re.search(r"=>\s*\.", module)
    wanted = how.version.replace("3.13.0", "0.313.0") if how is gobuild.PROMETHEUS else how.version
    assert f" v{wanted}" in module
    assert (how.source / "go.sum").read_text().strip()


def test_a_recipe_of_programs_depends_on_platform_and_flags() -> None:
    how = gobuild.ALERTMANAGER
    keys = {how.key("amd64"), how.key("arm64"), how.key("amd64", "darwin"), replace(how, tags="x").key("amd64")}
    assert len(keys) == 4
