"""Clusters made of containers by k3d or kind, where one is installed and its node image can be had within seconds."""

import shutil
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import docker
from docker.errors import DockerException

from toolchain.cluster.layout import folder_of
from toolchain.obtain import process
from toolchain.obtain.cache import Cache
from toolchain.obtain.engine import Engine
from toolchain.obtain.errors import UnavailableError
from toolchain.obtain.images import REGISTRY_SAYS

REGISTRY_SECONDS = 10
CREATE_SECONDS = 600.0
Note = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A program that makes clusters out of containers; `{name}` in its arguments is the cluster's name."""

    name: str
    node_image: str
    context: str
    create: tuple[str, ...]
    kubeconfig: tuple[str, ...]
    load: tuple[str, ...]
    delete: tuple[str, ...]

    def command(self, arguments: Sequence[str], cluster: str) -> list[str]:
        """Return a command line."""
        return [self.name, *(one.format(name=f"planewatch-{cluster}") for one in arguments)]

    def context_of(self, cluster: str) -> str:
        """Return the name of the context in the kubeconfig that the tool gives."""
        return self.context.format(name=f"planewatch-{cluster}")


# k3d first: its clusters bring metrics for autoscaling, kind's do not.
TOOLS = (
    Tool(
        name="k3d",
        node_image="rancher/k3s",
        context="k3d-{name}",
        create=("cluster", "create", "{name}", "--wait", "--kubeconfig-update-default=false"),
        kubeconfig=("kubeconfig", "get", "{name}"),
        load=("image", "import", "--cluster={name}"),
        delete=("cluster", "delete", "{name}"),
    ),
    Tool(
        name="kind",
        node_image="kindest/node",
        context="kind-{name}",
        create=("create", "cluster", "--name={name}", "--wait=120s"),
        kubeconfig=("get", "kubeconfig", "--name={name}"),
        load=("load", "docker-image", "--name={name}"),
        delete=("delete", "cluster", "--name={name}"),
    ),
)


def tool_of(name: str) -> Tool | None:
    """Return the tool of that name."""
    return next((one for one in TOOLS if one.name == name), None)


def obstacle(tool: Tool, engine: Engine | None) -> str | None:
    """Return why the tool cannot make a cluster here, None when it can; takes seconds and changes nothing."""
    if shutil.which(tool.name) is None:
        return "not installed"
    if engine is None:
        return "there is no Docker engine"
    with closing(docker.DockerClient(base_url=engine.host, version=engine.api, timeout=REGISTRY_SECONDS)) as client:
        try:
            if client.images.list(name=tool.node_image):
                return None
            client.api.inspect_distribution(f"{tool.node_image}:latest")  # type: ignore[no-untyped-call]  # the stubs lack it
        except (DockerException, OSError) as error:
            if not any(word in str(error) for word in REGISTRY_SAYS):
                return f"no image {tool.node_image} in the engine, and no registry answers"
    return None


def make(cache: Cache, tool: Tool, name: str, note: Note) -> Path:
    """Ensure the tool's cluster and return its kubeconfig (mode 600); raises `UnavailableError`."""
    folder = folder_of(cache, name)
    config = process.capture(tool.command(tool.kubeconfig, name), timeout=60)
    if not config:
        folder.mkdir(parents=True, exist_ok=True)
        note(f"creating it with {tool.name}")
        # kind writes into the user's own kubeconfig unless told another file.
        own = {"KUBECONFIG": str(folder / "made.kubeconfig")}
        process.run(tool.command(tool.create, name), log=cache.log(tool.name), env=own, timeout=CREATE_SECONDS)
        config = process.capture(tool.command(tool.kubeconfig, name), timeout=60)
    if not config:
        raise UnavailableError(f"{tool.name} created a cluster but returned no kubeconfig for it")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tool").write_text(tool.name)
    path = folder / "kubeconfig"
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(config + "\n")
    return path


def made_by(cache: Cache, name: str) -> Tool | None:
    """Return the tool that made the cluster of that name, None if none did."""
    try:
        return tool_of((folder_of(cache, name) / "tool").read_text().strip())
    except OSError:
        return None


def load(cache: Cache, tool: Tool, name: str, references: Sequence[str]) -> None:
    """Copy images from the Docker engine into the tool's cluster."""
    process.run([*tool.command(tool.load, name), *references], log=cache.log(tool.name), timeout=CREATE_SECONDS)


def remove(cache: Cache, tool: Tool, name: str) -> None:
    """Delete the tool's cluster and what we know of it."""
    process.run(tool.command(tool.delete, name), log=cache.log(tool.name), timeout=CREATE_SECONDS)
    shutil.rmtree(folder_of(cache, name), ignore_errors=True)
