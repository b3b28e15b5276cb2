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
_APPS = ("apps/api", "apps/console")
_EVERYTHING = "requirements/dev.txt"
# Installed by themselves: the installer, a tool whose pins ours would not follow, what only tests run.
_APART = ("uv", "checkov", "traefik", "zero-code", "zero-code-older")


def main() -> None:
    """Write requirements/dev.txt, the smaller sets and each app's with the same versions, and what stands apart."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", _pins("uv")], check=True)
        compile_ = [str(python), "-m", "uv", "pip", "compile", *_COMMON]
        same = ["-c", _EVERYTHING]
        inputs = ["pyproject.toml", "requirements/build.in"]
        apps = [f"{app}/requirements.in" for app in _APPS]
        _run([*compile_, *inputs, *apps, "--all-extras", "-o", _EVERYTHING])
        _run([*compile_, *inputs, *same, "-o", _pins("run")])
        _run([*compile_, *inputs, *same, "--extra=traffic", "-o", _pins("traffic")])
        _run([*compile_, *inputs, *same, "--extra=traffic", "--extra=simulated-aws", "-o", _pins("simulated-aws")])
        for app in apps:
            _run([*compile_, app, *same, "-o", app.replace(".in", ".txt")])
        for name in _APART:
            _run([*compile_, f"requirements/{name}.in", "-o", _pins(name)])


def _pins(name: str) -> str:
    return f"requirements/{name}.txt"


def _run(command: list[str]) -> None:
    sys.stderr.write(f"{command[-1]}\n")
    subprocess.run(command, cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
