import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

import policies
from toolchain.obtain.stand_ins import OFFLINE_ENVIRONMENT, install

PACK = Path(policies.__file__).parent
PULUMI = shutil.which("pulumi")

Preview = Callable[[Mapping[str, str]], subprocess.CompletedProcess[str]]
MakePreview = Callable[[Path], Preview]


@pytest.fixture
def previews_of(tmp_path: Path) -> MakePreview:
    """Previews of a program in a home of their own, with the stand-in plugins; nothing is ever created."""
    assert PULUMI is not None
    bin_dir, home, program, state = (tmp_path / name for name in ("bin", "home", "program", "state"))
    for folder in (bin_dir, state):
        folder.mkdir()
    # The engine looks for the language host beside its own binary first, so the binary gets a place beside ours.
    (bin_dir / "pulumi").symlink_to(Path(PULUMI).resolve())
    install(home, bin_dir, Path(sys.executable))
    env = os.environ | OFFLINE_ENVIRONMENT
    env |= {"PATH": f"{bin_dir}{os.pathsep}{os.environ['PATH']}", "PULUMI_HOME": str(home)}
    env |= {"PULUMI_BACKEND_URL": state.as_uri(), "PULUMI_CONFIG_PASSPHRASE": "sample"}

    def pulumi(*args: str) -> subprocess.CompletedProcess[str]:
        command = [str(bin_dir / "pulumi"), *args, "--non-interactive", "--color", "never"]
        return subprocess.run(command, cwd=program, env=env, text=True, capture_output=True, check=False, timeout=120)

    def run(config: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        settings = [part for key, value in config.items() for part in ("--config", f"{key}={value}")]
        return pulumi("preview", "--stack", "sample", "--policy-pack", str(PACK), *settings)

    def make(source: Path) -> Preview:
        shutil.copytree(source, program)
        made = pulumi("stack", "init", "sample")
        assert made.returncode == 0, made.stderr
        return run

    return make
