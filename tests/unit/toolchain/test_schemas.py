"""A schema is taken from the module whose checksum is pinned, and from no other."""

import json
from pathlib import Path

import pytest

from tests.servers.schemas import Schema, kubernetes
from tests.unit.toolchain.test_wanted import program
from toolchain.obtain.cache import Cache
from toolchain.obtain.errors import ToolchainError, UnavailableError
from toolchain.obtain.stages import Report

_SUM = "h1:abc="
SCHEMA = kubernetes("1.99.0", _SUM)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cache:
    """A cache, on a machine whose `go` gives a module with the checksum."""
    module = tmp_path / "module"
    (module / "api" / "openapi-spec").mkdir(parents=True)
    (module / "api" / "openapi-spec" / "swagger.json").write_text('{"definitions": {}}')
    answer = json.dumps({"Sum": _SUM, "Dir": str(module)})
    program(tmp_path / "bin", "go", f"""test "$4" = k8s.io/kubernetes@v1.99.0 && echo '{answer}'""")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    return Cache(tmp_path / "cache")


def _ensure(schema: Schema, cache: Cache) -> Path:
    with Report(live=False).stage("schema") as stage:
        return schema.ensure(cache, stage)


def test_the_file_is_kept_and_found(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnavailableError, match="setup --for test"):
        SCHEMA.find(cache)
    made = _ensure(SCHEMA, cache)
    assert json.loads(made.read_text()) == {"definitions": {}}
    assert SCHEMA.find(cache) == made
    monkeypatch.setenv("PATH", "")
    assert _ensure(SCHEMA, cache) == made


def test_another_checksum_is_refused_and_nothing_is_kept(cache: Cache) -> None:
    other = kubernetes("1.99.0", "h1:other=")
    with pytest.raises(ToolchainError, match="has checksum h1:abc=, wanted h1:other="):
        _ensure(other, cache)
    with pytest.raises(UnavailableError):
        other.find(cache)


def test_a_version_that_is_not_to_be_had_says_so(cache: Cache) -> None:
    with pytest.raises(ToolchainError, match="GOPROXY"):
        _ensure(kubernetes("1.98.0", _SUM), cache)
