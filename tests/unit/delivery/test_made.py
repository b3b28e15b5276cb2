"""Whether a stack is made is read from a file backend; any other backend is asked by the CLI."""

from pathlib import Path

from delivery.recovery import is_made


def test_a_file_backend_tells_by_its_files(tmp_path: Path) -> None:
    folder = tmp_path / ".pulumi" / "stacks" / "planewatch"
    folder.mkdir(parents=True)
    (folder / "local.json").write_text("{}")
    assert is_made(tmp_path.as_uri(), "local")
    assert not is_made(tmp_path.as_uri(), "prod")


def test_other_backends_are_asked() -> None:
    assert not is_made("s3://bucket", "local")
    assert not is_made("", "local")
