"""The official CLI from a release server on loopback."""

import hashlib
import io
import tarfile
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler
from pathlib import Path

import pytest

from tests.harness.http_server import HttpServer
from toolchain.obtain import gobuild, pulumi
from toolchain.obtain.cache import Cache
from toolchain.obtain.checkout import Checkout
from toolchain.obtain.errors import ToolchainError
from toolchain.obtain.sources import Internet
from toolchain.obtain.stages import Stage

ARCH = {"amd64": "x64"}.get(gobuild.host_arch(), gobuild.host_arch())
ARCHIVE = f"pulumi-v{pulumi.VERSION}-{gobuild.host_os()}-{ARCH}.tar.gz"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (as in the base class)
        """Stay quiet."""


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that is served as the release's download address, with the archive in it."""
    folder = tmp_path / "release"
    folder.mkdir()
    with tarfile.open(folder / ARCHIVE, "w:gz") as archive:
        for name, text in (
            ("pulumi", f"#!/bin/sh\necho v{pulumi.VERSION}\n"),
            ("pulumi-language-python", "#!/bin/sh\n"),
        ):
            info = tarfile.TarInfo(f"pulumi/{name}")
            info.size, info.mode = len(text), 0o755
            archive.addfile(info, io.BytesIO(text.encode()))
    with HttpServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as httpd:
        thread = threading.Thread(target=httpd.serve_forever)
        thread.start()
        monkeypatch.setattr(pulumi, "RELEASES", f"http://127.0.0.1:{httpd.server_address[1]}")
        yield folder
        httpd.shutdown()
        thread.join()


def list_checksum(release: Path, checksum: str | None = None) -> None:
    value = checksum or hashlib.sha256((release / ARCHIVE).read_bytes()).hexdigest()
    (release / f"pulumi-{pulumi.VERSION}-checksums.txt").write_text(f"{'0' * 64}  other.zip\n{value}  {ARCHIVE}\n")


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    (tmp_path / "root").mkdir()
    return Checkout(Cache(tmp_path / "cache"), tmp_path / "root")


def test_the_official_release_is_fetched_checked_and_unpacked(release: Path, checkout: Checkout) -> None:
    list_checksum(release)
    stage = Stage("Pulumi CLI", lambda _: None)
    cli = pulumi.ensure(checkout, {"PATH": "/usr/bin:/bin"}, Internet(), stage)
    assert (cli.origin, cli.version) == ("official", pulumi.VERSION)
    assert pulumi.version_of(cli.program) == pulumi.VERSION
    assert sorted(path.name for path in cli.program.parent.iterdir()) == [
        "checksums",
        "pulumi",
        "pulumi-language-python",
    ]


@pytest.mark.parametrize(
    ("checksum", "reason"), [("f" * 64, "must have checksum"), (None, "answers 404")], ids=["wrong checksum", "no list"]
)
def test_an_archive_that_cannot_be_checked_is_not_used(
    release: Path, checkout: Checkout, monkeypatch: pytest.MonkeyPatch, checksum: str | None, reason: str
) -> None:
    if checksum:
        list_checksum(release, checksum)
    monkeypatch.setenv("PATH", "")  # nothing to build with
    with pytest.raises(ToolchainError, match=reason) as caught:
        pulumi.ensure(checkout, {"PATH": ""}, Internet(), Stage("Pulumi CLI", lambda _: None))
    sources = [attempt.source for attempt in caught.value.attempts]
    assert sources == ["PATH", "the cache", "the official download", "building it from Go modules"]
    assert "`go` is not on PATH" in caught.value.attempts[-1].result
    assert list((checkout.cache.root / "entries").iterdir()) == []
