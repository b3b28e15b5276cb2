"""Debian's and Ubuntu's package tool: installing (if allowed), and fetching packages without installing them."""

import os
import shutil
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from toolchain.obtain import process
from toolchain.obtain.cache import remove_tree
from toolchain.obtain.errors import UnavailableError

INSTALL_SECONDS = 600.0
# apt's own lock waits for other installations, but an update of the lists fails at once beside another one.
_ALONE = threading.Lock()


def forbidden(environ: Mapping[str, str]) -> bool:
    """Return whether the user forbids every change of the system (NO_INSTALL=1)."""
    return environ.get("NO_INSTALL", "") not in {"", "0"}


def present() -> bool:
    """Return whether this is a system with apt."""
    return shutil.which("apt-get") is not None and shutil.which("dpkg-deb") is not None


def install(packages: Sequence[str], *, log: Path, environ: Mapping[str, str] = os.environ) -> None:
    """Install packages without their recommendations; raises `UnavailableError` where that cannot or must not be."""
    if forbidden(environ):
        raise UnavailableError("NO_INSTALL is set")
    if not present():
        raise UnavailableError("this system has no apt")
    if os.geteuid() != 0:
        raise UnavailableError(f"only root can install {' '.join(packages)}")
    command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120", *packages]
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    with _ALONE:
        _install(command, quiet, log)


def _install(command: Sequence[str], quiet: Mapping[str, str], log: Path) -> None:
    try:
        process.run(command, env=quiet, log=log, timeout=INSTALL_SECONDS)
    except UnavailableError:
        # Package lists that are missing or too old name files that the mirror no longer has; an earlier installation
        # that was interrupted blocks all others.
        process.run(["dpkg", "--configure", "-a"], env=quiet, log=log, timeout=INSTALL_SECONDS)
        process.run(["apt-get", "update", "-q"], env=quiet, log=log, timeout=INSTALL_SECONDS)
        process.run(command, env=quiet, log=log, timeout=INSTALL_SECONDS)


def unpack(package: str, target: Path, *, log: Path) -> None:
    """Fetch a package with the host's apt configuration and unpack it into `target`; nothing is installed."""
    if not present():
        raise UnavailableError("this system has no apt")
    fetched = target / "fetched"
    fetched.mkdir(parents=True)
    command = ["apt-get", "download", "-q", "-o", "APT::Sandbox::User=", package]
    try:
        process.run(command, cwd=fetched, log=log, timeout=INSTALL_SECONDS)
    except UnavailableError:
        if os.geteuid() != 0:
            raise
        with _ALONE:
            process.run(["apt-get", "update", "-q"], log=log, timeout=INSTALL_SECONDS)
        process.run(command, cwd=fetched, log=log, timeout=INSTALL_SECONDS)
    for archive in fetched.glob("*.deb"):
        process.run(["dpkg-deb", "-x", str(archive), str(target)], log=log)
    remove_tree(fetched)


def debian_mirror(codename: str) -> str | None:
    """Return where the host's apt finds Debian's `codename`, None if the host uses another distribution."""
    try:
        lines = subprocess.run(
            [
                "apt-get",
                "indextargets",
                "--format",
                "$(ORIGIN)|$(CODENAME)|$(COMPONENT)|$(SITE)",
                "Created-By: Packages",
            ],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        return None
    for line in lines:
        origin, name, component, site = line.split("|", 3)
        if (origin, name, component) == ("Debian", codename, "main"):
            return site
    return None


def proxy() -> dict[str, str]:
    """Return apt's own proxy setting as the variable that other downloaders read."""
    answer = process.capture(["apt-config", "shell", "http_proxy", "Acquire::http::Proxy"]) or ""
    value = answer.partition("=")[2].strip("'")
    return {"http_proxy": value} if value and value != "DIRECT" else {}
