"""Docker compose as this machine has it, or built from its Go module."""

import os
from collections.abc import Callable
from dataclasses import dataclass

from toolchain.obtain import gobuild, process
from toolchain.obtain.cache import Cache

RECIPE = gobuild.Recipe(
    name="compose",
    version="2.40.3",
    programs=(("docker-compose", "github.com/docker/compose/v2/cmd"),),
    minutes=2,
    tags="fsnotify",
    ldflags="-s -w -X github.com/docker/compose/v2/internal.Version=v2.40.3",
)


@dataclass(frozen=True, kw_only=True)
class Compose:
    """How compose is called, and which one it is."""

    command: tuple[str, ...]
    origin: str


def obtain(note: Callable[[str], None]) -> Compose:
    """Return the machine's own compose, version 2 or newer, else one that is built; raises `UnavailableError`."""
    for command in (("docker", "compose"), ("docker-compose",)):
        version = process.capture([*command, "version", "--short"])
        if version and not version.startswith("1."):
            return Compose(command=command, origin=f"{version}, on PATH")
    folder = gobuild.build(Cache.of(os.environ), RECIPE, goarch=gobuild.host_arch(), goos=gobuild.host_os(), note=note)
    return Compose(command=(str(folder / "docker-compose"),), origin=f"{RECIPE.version}, built from its Go module")
