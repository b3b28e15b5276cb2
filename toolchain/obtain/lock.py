"""Pins every Python dependency with hashes: `make lock`. Uses uv, fetched into a throw-away environment."""

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_COMMON = (
    "--universal",
    "--generate-hashes",
    "--no-annotate",
    # Neither the index nor a path of this machine may get into the files.
    "--no-emit-index-url",
    "--python-version=3.11",
    "--custom-compile-command=make lock",
    "--quiet",
)
# In environments of their own: pins that ours would not follow, or programs for tests alone.
_TOOLS = ("checkov", "traefik")
_APPS = ("apps/api", "apps/console")


def main() -> None:
    """Write requirements/dev.txt, each app's requirements.txt with the same versions, and the tools' own."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "uv"], check=True)
        compile_ = [str(python), "-m", "uv", "pip", "compile", *_COMMON]
        inputs = [f"{app}/requirements.in" for app in _APPS]
        _run([*compile_, "pyproject.toml", *inputs, "--all-extras", "-o", "requirements/dev.txt"])
        for app in _APPS:
            _run([*compile_, f"{app}/requirements.in", "-c", "requirements/dev.txt", "-o", f"{app}/requirements.txt"])
        for tool in _TOOLS:
            _run([*compile_, f"requirements/{tool}.in", "-o", f"requirements/{tool}.txt"])


def _run(command: list[str]) -> None:
    sys.stderr.write(f"{command[-1]}\n")
    subprocess.run(command, cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
