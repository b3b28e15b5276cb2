import io
import tarfile
from pathlib import Path

import pytest

from toolchain.obtain.unpack import unpack

# What a newer Python says of the older way.
pytestmark = pytest.mark.filterwarnings("ignore:.*filter:DeprecationWarning")


@pytest.fixture(params=["with filters", "as before Python 3.11.4"], autouse=True)
def python(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run each test also on the way of a Python without filters, as Debian 12's."""
    if request.param != "with filters":
        monkeypatch.delattr(tarfile, "data_filter", raising=False)
    elif not hasattr(tarfile, "data_filter"):
        pytest.skip("this Python has no filters for archives")


def archive(folder: Path, *members: tuple[str, bytes, str]) -> Path:
    """Write an archive of members: name, kind, and what a link leads to."""
    file = folder / "a.tar"
    with tarfile.open(file, "w") as content:
        for name, kind, link in members:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, link
            data = b"said" if kind == tarfile.REGTYPE else b""
            info.size = len(data)
            content.addfile(info, io.BytesIO(data))
    return file


def test_files_and_links_within_are_unpacked(tmp_path: Path) -> None:
    folder = tmp_path / "into"
    folder.mkdir()
    file = archive(tmp_path, ("bin/tool", tarfile.REGTYPE, ""), ("bin/other", tarfile.SYMTYPE, "tool"))
    unpack(file, folder)
    assert (folder / "bin" / "other").read_text() == "said"


@pytest.mark.parametrize(
    "member",
    [
        ("../outside", tarfile.REGTYPE, ""),
        ("link", tarfile.SYMTYPE, "../outside"),
        ("link", tarfile.SYMTYPE, "/etc/passwd"),
        ("link", tarfile.LNKTYPE, "../outside"),
        ("device", tarfile.CHRTYPE, ""),
    ],
    ids=["file outside", "link outside", "link to an absolute path", "hard link outside", "device"],
)
def test_what_would_lie_or_lead_outside_is_refused(tmp_path: Path, member: tuple[str, bytes, str]) -> None:
    folder = tmp_path / "into"
    folder.mkdir()
    with pytest.raises(tarfile.TarError):
        unpack(archive(tmp_path, member), folder)
    assert not (tmp_path / "outside").exists()
    assert list(folder.iterdir()) == []
