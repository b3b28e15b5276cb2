"""A throw-away Pulumi project with the stand-in Docker plugin, and what it left in the container engine."""

import textwrap
from dataclasses import dataclass

import docker

from tests.harness import projects

# A FROM scratch image with a static busybox; the toolchain provides it under this name.
IMAGE = "busybox:1.37.0-musl"
HEADER = f"""\
import pulumi
import pulumi_docker as docker
from pulumi import ResourceOptions as Options

IMAGE = {IMAGE!r}
"""


@dataclass(frozen=True)
class Project(projects.Project):
    """A project with one stack named `s`. `prefix` starts the names of everything it makes."""

    prefix: str

    @property
    def header(self) -> str:
        return HEADER

    def program(self, body: str) -> None:
        """Write the program; `{p}` in it is this project's prefix."""
        super().program(textwrap.dedent(body).replace("{p}", self.prefix))

    def remove(self) -> None:
        """Remove whatever bears the prefix, the stack's or not: sooner done than by destroying the stack first."""
        client = docker.from_env()
        for container in client.containers.list(all=True, filters={"name": self.prefix}):
            container.remove(force=True, v=True)
        for network in client.networks.list(names=[self.prefix]):
            network.remove()
        for volume in client.volumes.list(filters={"name": self.prefix}):
            volume.remove(force=True)
        for image in client.images.list(filters={"reference": f"{self.prefix}*"}):
            client.api.remove_image(str(image.id), force=True)
        client.close()
