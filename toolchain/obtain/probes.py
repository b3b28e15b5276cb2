"""Checks for `planewatch doctor`; none of them changes anything."""

import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from toolchain.obtain import bootstrap, gobuild, node, process, pulumi, tools
from toolchain.obtain.checkout import Checkout, variables
from toolchain.obtain.errors import UnavailableError
from toolchain.obtain.sources import CONNECT_SECONDS, Internet

GO_TEXT = ".".join(map(str, gobuild.GO_NEEDED))
NODE_TEXT = str(node.NEEDED)
NO_SOURCE = "needs internet, or Go and Node to build it from package registries"


@dataclass(frozen=True, slots=True)
class BuildSources:
    """The means to build a missing part."""

    go: str
    go_fits: bool
    node: str
    node_fits: bool
    internet: bool

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> "BuildSources":
        """Ask for Go, Node and the internet (a few seconds at most)."""
        go, nodes = gobuild.go_version(), node.version()
        return cls(
            go=".".join(map(str, go)) if go else "",
            go_fits=go is not None and go >= gobuild.GO_NEEDED,
            node=str(nodes or ""),
            node_fits=nodes is not None and nodes >= node.NEEDED,
            internet=environ.get("PLANEWATCH_OFFLINE", "") in {"", "0"} and _reachable(),
        )


@dataclass(frozen=True, slots=True)
class Found:
    """A thing's version and place; both empty when it is not there."""

    version: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class PulumiFound:
    """The Pulumi installation that was found."""

    cli: Found = Found()
    language_host: Found = Found()
    docker_plugin: Found = Found()


def _reachable() -> bool:
    if Internet.of_process().obstacle:
        return False
    try:
        httpx.head(pulumi.RELEASES, timeout=httpx.Timeout(CONNECT_SECONDS))
    except (httpx.HTTPError, httpx.InvalidURL, ImportError, ValueError):  # the last three: no proxy for httpx
        return False
    return True


def program(name: str) -> tuple[str, str]:
    """Return a program's path and version, empty without one."""
    path = shutil.which(name)
    return (path or "", version_in(process.capture([name, "--version"])) if path else "")


def version_in(text: str | None) -> str:
    """Return the first thing in a text that looks like a version."""
    match = re.search(r"\d+(?:\.\d+)+\S*", text or "")
    return match[0].rstrip(",;") if match else ""


def venv_is_current(root: Path) -> bool:
    """Return whether the virtual environment fits the pins, as the bootstrap sees it."""
    try:
        return bootstrap.is_current(root, "run")
    except OSError:
        return False


def pulumi_cli(checkout: Checkout, environ: Mapping[str, str]) -> PulumiFound:
    """Look for the CLI that the next command would use, its language host and the Docker plugin."""
    ready = checkout.recall()
    try:
        path, version = pulumi.on_path(checkout, environ)
        origin = "on PATH"
    except UnavailableError:
        if not ready.pulumi or not Path(ready.pulumi).exists():
            return PulumiFound()
        path, version, origin = Path(ready.pulumi), ready.pulumi_version, ready.pulumi_origin
    host = path.resolve().with_name("pulumi-language-python")
    beside = str(host) if host.exists() else shutil.which("pulumi-language-python") or ""
    home = Path(ready.pulumi_home or environ.get("PULUMI_HOME") or checkout.folder / "pulumi-home")
    plugin = pulumi.docker_plugin_origin(home)
    kind = "stand-in" if origin == "built" else "official"
    return PulumiFound(
        cli=Found(version, f"{path} ({origin})"),
        language_host=Found(kind, beside) if beside else Found(),
        docker_plugin=Found(f"{pulumi.DOCKER_PLUGIN} {plugin}", str(home / "plugins")) if plugin else Found(),
    )


def context_is_ready(context: Path) -> bool:
    """Return whether an app's build context has its wheels and its web page."""
    wheels = not (context / "requirements.txt").is_file() or any((context / "wheels").glob("*.whl"))
    page = not (context / "web" / "package.json").is_file() or (context / "web" / "dist" / "index.html").is_file()
    return wheels and page


def tool(name: str, checkout: Checkout, environ: Mapping[str, str]) -> tuple[str, str]:
    """Find a program of the servers as the tests would: path and version, empty without one."""
    path = shutil.which(name, path=variables(checkout, environ).get("PATH", os.defpath))
    return (path or "", version_in(process.capture([path, "--version"])) if path else "")


def chromium() -> tuple[str, str]:
    """Find an installed Chromium: path and version, empty without one."""
    path = tools.chromium()
    return (path or "", version_in(process.capture([path, "--version"])) if path else "")
