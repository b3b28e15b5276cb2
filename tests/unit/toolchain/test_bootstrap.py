import ast
import hashlib
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from toolchain.obtain import bootstrap

ROOT = Path(__file__).parents[3]
# A build backend without any dependency: the editable install is real, but needs no package index.
BACKEND = """
import zipfile
from pathlib import Path

def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    info = "stub-1.dist-info"
    name = "stub-1-py3-none-any.whl"
    with zipfile.ZipFile(Path(wheel_directory) / name, "w") as wheel:
        wheel.writestr("stub.pth", str(Path.cwd()) + "\\n")
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\\nName: stub\\nVersion: 1\\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(f"{info}/RECORD", f"stub.pth,,\\n{info}/METADATA,,\\n{info}/WHEEL,,\\n{info}/RECORD,,\\n")
    return name
"""
PROJECT = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "checkout"
    (folder / "requirements").mkdir(parents=True)
    for name in ("run", "traffic", "simulated-aws", "dev"):
        (folder / "requirements" / f"{name}.txt").write_text(f"# nothing for {name}\n")
    (folder / "pyproject.toml").write_text(PROJECT)
    (folder / "backend.py").write_text(BACKEND)
    (folder / "installed_module.py").write_text("")
    return folder


def test_a_checkout_gets_its_environment_and_a_second_run_does_nothing(
    root: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert bootstrap.main(["--root", str(root)]) == 0
    said = capfd.readouterr()
    assert said.out == ""
    assert f"creating {root}/.venv" in said.err
    assert "installing 0 pinned packages from requirements/run.txt" in said.err
    subprocess.run([root / ".venv/bin/python", "-c", "import installed_module"], check=True, cwd="/")

    assert bootstrap.main(["--root", str(root)]) == 0
    assert capfd.readouterr().err == ""

    # Changed pins are installed into the same environment; an interpreter that is gone means a new one.
    (root / "requirements" / "run.txt").write_text("# something else\n")
    assert bootstrap.main(["--root", str(root)]) == 0
    assert "creating" not in capfd.readouterr().err
    (root / ".venv" / "bin" / "python").unlink()
    assert bootstrap.main(["--root", str(root)]) == 0
    assert "replacing" in capfd.readouterr().err


def test_a_failed_step_shows_the_log_and_what_to_do_and_is_taken_up_again(
    root: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    (root / "requirements" / "run.txt").write_text(f"no-such-package==1 --hash=sha256:{'0' * 64}\n")
    assert bootstrap.main(["--root", str(root)]) == 1
    said = capfd.readouterr().err
    assert "No matching distribution found for no-such-package==1" in said
    assert "what to do: " in said
    assert (root / ".state" / "bootstrap.log").exists()
    assert not bootstrap.is_current(root, "run")


def test_a_larger_set_serves_the_smaller_ones_and_not_the_other_way_round(root: Path) -> None:
    assert bootstrap.main(["traffic", "--root", str(root)]) == 0
    assert bootstrap.is_current(root, "run")
    assert not bootstrap.is_current(root, "test")
    (root / "requirements" / "traffic.txt").write_text("# something else\n")
    assert not bootstrap.is_current(root, "run")


@pytest.mark.parametrize(
    ("smaller", "larger"), [("run", "traffic"), ("traffic", "simulated-aws"), ("simulated-aws", "dev")]
)
def test_each_set_is_among_the_next_ones_pins(smaller: str, larger: str) -> None:
    """A larger environment then holds exactly what a smaller one asks for."""
    names = (f"requirements/{name}.txt" for name in (smaller, larger))
    few, many = (set(re.findall(r"^\S+==\S+", (ROOT / name).read_text(), re.MULTILINE)) for name in names)
    assert set() < few < many


def test_uv_installs_from_where_pip_would(
    root: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wheel in a folder that only pip's configuration names, and no index: uv finds it."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    name, info = wheels / "only_here-1-py3-none-any.whl", "only_here-1.dist-info"
    with zipfile.ZipFile(name, "w") as wheel:
        wheel.writestr("only_here.py", "")
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: only-here\nVersion: 1\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", f"only_here.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")
    digest = hashlib.sha256(name.read_bytes()).hexdigest()
    (root / "requirements" / "run.txt").write_text(f"only-here==1 --hash=sha256:{digest}\n")
    shutil.copy(ROOT / "requirements" / "uv.txt", root / "requirements" / "uv.txt")
    configuration = tmp_path / "pip.conf"
    configuration.write_text(f"[global]\nfind-links = {wheels}\n")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(configuration))
    # Where Python keeps nothing that it compiles, it finds its packages and the project compiled all the same.
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.delenv("UV_COMPILE_BYTECODE", raising=False)
    (root / "config").mkdir()
    (root / "config" / "settings.py").write_text("")
    assert bootstrap.main(["--root", str(root)]) == 0
    assert "installing uv" in capfd.readouterr().err
    subprocess.run([root / ".venv/bin/python", "-c", "import only_here, installed_module"], check=True, cwd="/")
    assert list((root / ".venv").glob("lib/python*/site-packages/__pycache__/only_here.*.pyc"))
    assert list((root / "config" / "__pycache__").glob("settings.*.pyc"))


def test_pip_installs_where_uv_is_not_to_be_had(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (root / "requirements" / "uv.txt").write_text(f"uv==0 --hash=sha256:{'0' * 64}\n")
    assert bootstrap.main(["--root", str(root)]) == 0
    assert "uv cannot be installed here" in capfd.readouterr().err


def test_an_old_python_is_refused_with_the_version_needed(
    root: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "OLDEST", (9, 0))
    assert bootstrap.main(["--root", str(root)]) == 1
    assert "planewatch needs Python 9.0 or newer" in capfd.readouterr().err
    assert not (root / ".venv").exists()


def test_another_folder_is_refused(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert bootstrap.main(["--root", str(tmp_path)]) == 1
    assert "is not the root of a planewatch checkout" in capfd.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_it_needs_nothing_but_the_standard_library() -> None:
    """-S -I: no site-packages at all, as on a machine where nothing was installed."""
    program = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); import toolchain.obtain.bootstrap; print(len(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-S", "-I", "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["__init__.py", "obtain/__init__.py", "obtain/bootstrap.py", "obtain/python_index.py"])
def test_an_old_interpreter_can_read_it_to_say_so(name: str) -> None:
    ast.parse((ROOT / "toolchain" / name).read_text(), feature_version=(3, 7))
