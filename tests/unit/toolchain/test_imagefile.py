import io
import json
import tarfile
from pathlib import Path
from typing import Any

from toolchain.obtain.imagefile import MOMENT, Entry, ImageConfig, write


def make(target: Path, content: list[Entry] | Path) -> bytes:
    config = ImageConfig(entrypoint=("/bin/x",), user="65534", ports=(9090,), volumes=("/data",), labels={"a": "b"})
    write(target, content=content, config=config, architecture="arm64", tags=("x/y:1", "x/y:2"))
    return target.read_bytes()


def read(image: bytes) -> tuple[dict[str, Any], dict[str, Any], tarfile.TarFile]:
    with tarfile.open(fileobj=io.BytesIO(image)) as archive:

        def member(name: str) -> bytes:
            file = archive.extractfile(name)
            assert file is not None
            return file.read()

        (manifest,) = json.loads(member("manifest.json"))
        config = json.loads(member(manifest["Config"]))
        layer = tarfile.open(fileobj=io.BytesIO(member(manifest["Layers"][0])))  # noqa: SIM115 (in memory)
    return manifest, config, layer


def test_the_image_says_what_to_start_and_holds_the_files(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_bytes(b"ELF")
    entries = [
        Entry("data", owner=65534),
        Entry("bin/x", content=program),
        Entry("bin"),
        Entry("bin/y", link="/bin/x"),
        Entry("etc/passwd", 0o644, content=b"root\n"),
    ]
    manifest, config, layer = read(make(tmp_path / "image.tar", entries))
    assert manifest["RepoTags"] == ["x/y:1", "x/y:2"]
    assert (config["architecture"], config["os"]) == ("arm64", "linux")
    assert config["config"]["Entrypoint"] == ["/bin/x"]
    assert config["config"]["User"] == "65534"
    assert config["config"]["ExposedPorts"] == {"9090/tcp": {}}
    assert config["config"]["Volumes"] == {"/data": {}}
    assert config["config"]["Labels"] == {"a": "b"}
    found = {info.name: info for info in layer}
    assert list(found) == ["bin", "bin/x", "bin/y", "data", "etc/passwd"]
    assert (found["data"].uid, found["data"].isdir()) == (65534, True)
    assert (found["bin/x"].mode, found["bin/x"].size) == (0o755, 3)
    assert found["bin/y"].linkname == "/bin/x"
    assert {info.mtime for info in found.values()} == {MOMENT}


def test_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    entries = [Entry("b", content=b"2"), Entry("a", content=b"1")]
    assert make(tmp_path / "one", entries) == make(tmp_path / "two", entries[::-1])


def test_a_folder_is_taken_with_links_and_empty_folders(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "usr" / "bin").mkdir(parents=True)
    (root / "var" / "empty").mkdir(parents=True)
    (root / "usr" / "bin" / "tool").write_text("x")
    (root / "bin").symlink_to("usr/bin")
    _, _, layer = read(make(tmp_path / "image.tar", root))
    found = {info.name: info for info in layer}
    assert list(found) == ["bin", "usr", "var", "usr/bin", "usr/bin/tool", "var/empty"]
    assert found["bin"].issym()
    assert found["var/empty"].isdir()
