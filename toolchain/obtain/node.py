"""Build a web page with npm: on this machine, or in the node image where no Node is installed."""

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from toolchain.obtain import process
from toolchain.obtain.errors import UnavailableError

NEEDED = 20
IMAGE = "node:20-bookworm-slim"
SECONDS = 900.0
Note = Callable[[str], None]


def version() -> int | None:
    """Return the major version of the Node on PATH (with npm), None without one."""
    match = re.match(r"v(\d+)\.", process.capture(["node", "--version"]) or "")
    return int(match[1]) if match and shutil.which("npm") else None


def obstacle() -> str | None:
    """Return why this machine's Node cannot be used; None if it can."""
    have = version()
    if have is not None and have >= NEEDED:
        return None
    what = "Node with npm is not on PATH" if have is None else f"the Node on PATH is version {have}"
    return f"{what}; {NEEDED} or newer is needed"


def require() -> None:
    """Raise `UnavailableError` unless this machine has Node and npm, new enough."""
    if why := obstacle():
        raise UnavailableError(why)


def on_host(source: Path, log: Path, _note: Note) -> None:
    """Run `npm ci && npm run build` in `source`."""
    require()
    install(source, log)
    process.run(["npm", "run", "build"], cwd=source, log=log, timeout=SECONDS)


def install(source: Path, log: Path) -> None:
    """Run `npm ci` in `source`."""
    process.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=source, log=log, timeout=SECONDS)


def in_container(source: Path, log: Path, note: Note) -> None:
    """Do the same in the node image, as the calling user."""
    if shutil.which("docker") is None:
        raise UnavailableError("there is no `docker` command to run the node image")
    note(f"building the web page in {IMAGE}")
    command = ["docker", "run", "--rm", "--init", "--user", f"{os.getuid()}:{os.getgid()}", "--env", "HOME=/tmp"]
    command += ["--volume", f"{source}:/web", "--workdir", "/web", IMAGE, "sh", "-c", "npm ci && npm run build"]
    process.run(command, log=log, timeout=SECONDS)
