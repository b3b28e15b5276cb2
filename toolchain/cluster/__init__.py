"""A Kubernetes cluster: the user's, else one by k3d or kind, else a local node.

`up` gives the same cluster again while it runs; `down` takes away only what `up` made.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from toolchain.cluster import chosen, containers, images, local, parts
from toolchain.cluster.layout import DEFAULT_NAME, Layout, folder_of
from toolchain.obtain import engine
from toolchain.obtain.cache import Cache
from toolchain.obtain.errors import Attempt, ToolchainError, UnavailableError
from toolchain.obtain.process import terminable
from toolchain.obtain.stages import Report

__all__ = ["Cluster", "ClusterStatus", "down", "load_images", "obstacle", "status", "up"]

REMEDY = (
    f"name your own context in {chosen.CONTEXT_VARIABLE}, install k3d or kind, "
    "or run as root on a Linux machine with Go and apt"
)
USERS = "the user's context"
LOCAL = "made here"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A cluster that answers: how to reach it and where it comes from.

    `kubeconfig` may be several joined paths; `kubectl` is a program that fits the cluster, by name or path.
    """

    name: str
    kubeconfig: str
    context: str
    origin: str
    kubectl: str = "kubectl"

    @property
    def environment(self) -> dict[str, str]:
        """The variables under which kubectl and Pulumi use this cluster (give them the context by name, too)."""
        return {"KUBECONFIG": self.kubeconfig}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterStatus:
    """What there is: `cluster` None when there is none; `running` and `stopped` name programs of a node made here."""

    cluster: Cluster | None
    healthy: bool
    running: tuple[str, ...] = ()
    stopped: tuple[str, ...] = ()


def up(
    cache: Cache,
    report: Report | None = None,
    *,
    name: str = DEFAULT_NAME,
    environ: Mapping[str, str] = os.environ,
) -> Cluster:
    """Return a cluster that is ready for pods, made or completed where that is needed.

    Raises `ToolchainError` with what was tried, ValueError for a name that cannot be one.
    """
    shown = report or Report()
    try:
        users = chosen.chosen(environ, ours=cache.root / "cluster")
    except UnavailableError as error:
        raise ToolchainError("a Kubernetes cluster", attempts=(_attempt(USERS, error),), remedy=REMEDY) from error
    if users is not None:
        if chosen.answers(users):
            return _users(users)
        silent = Attempt(f"{USERS} {users.context}", f"nothing answers at {users.server or 'its server'}")
        raise ToolchainError("a Kubernetes cluster", attempts=(silent,), remedy="start it, or choose another context")
    with terminable():
        return _made(cache, shown, name, environ)


def _made(cache: Cache, shown: Report, name: str, environ: Mapping[str, str]) -> Cluster:
    """Ensure a cluster of our own."""
    attempts: list[Attempt] = []
    if local.running(cache, name) is None:
        found, _ = engine.find(cache, environ)
        for tool in containers.TOOLS:
            try:
                if reason := containers.obstacle(tool, found):
                    raise UnavailableError(reason)  # noqa: TRY301 (one place that notes why it went on)
                with shown.stage(f"cluster {name}") as stage, cache.lock(f"cluster-{name}", note=stage.note):
                    path = containers.make(cache, tool, name, stage.note)
                return Cluster(name=name, kubeconfig=str(path), context=tool.context_of(name), origin=tool.name)
            except UnavailableError as error:
                attempts.append(_attempt(tool.name, error))
    if reason := parts.obstacle(cache, environ):
        attempts.append(Attempt("a local node", reason))
    else:
        try:
            return _local(local.up(cache, name, environ, shown))
        except UnavailableError as error:
            attempts.append(_attempt("a local node", error))
    raise ToolchainError("a Kubernetes cluster", attempts=tuple(attempts), remedy=REMEDY)


def down(
    cache: Cache,
    report: Report | None = None,
    *,
    name: str = DEFAULT_NAME,
) -> bool:
    """Take away the cluster that `up` made, with everything in it; False if there was none.

    A context of the user's is never touched. Raises `ToolchainError` when something cannot be removed.
    """
    shown = report or Report()
    try:
        with shown.stage(f"cluster {name}") as stage:
            stage.note("removing it")
            tool = containers.made_by(cache, name)
            if tool is not None:
                containers.remove(cache, tool, name)
                gone = True
            else:
                gone = local.down(cache, name, stage.note)
            stage.result("gone" if gone else "there was none")
    except UnavailableError as error:
        raise ToolchainError(
            "a machine without the cluster", attempts=(_attempt(f"removing {name}", error),), remedy="try again"
        ) from error
    return gone


def status(cache: Cache, *, name: str = DEFAULT_NAME, environ: Mapping[str, str] = os.environ) -> ClusterStatus:
    """Look at the cluster that `up` would give; makes and changes nothing. Raises `UnavailableError` as `up` would."""
    users = chosen.chosen(environ, ours=cache.root / "cluster")
    if users is not None:
        return ClusterStatus(cluster=_users(users), healthy=chosen.answers(users))
    tool = containers.made_by(cache, name)
    if tool is not None:
        path = str(folder_of(cache, name) / "kubeconfig")
        made = Cluster(name=name, kubeconfig=path, context=tool.context_of(name), origin=tool.name)
        reached = chosen.chosen({"KUBECONFIG": path, chosen.CONTEXT_VARIABLE: made.context})
        return ClusterStatus(cluster=made, healthy=reached is not None and chosen.answers(reached))
    layout = local.running(cache, name)
    if layout is None:
        return ClusterStatus(cluster=None, healthy=False)
    state = local.status(layout)
    return ClusterStatus(cluster=_local(layout), healthy=state.whole, running=state.running, stopped=state.stopped)


def obstacle(cache: Cache, environ: Mapping[str, str] = os.environ) -> str | None:
    """Return why `up` could not make a node here, None when it could; k3d and kind may help nevertheless."""
    return parts.obstacle(cache, environ)


def load_images(
    cache: Cache,
    cluster: Cluster,
    references: Iterable[str],
    *,
    note: Callable[[str], None] = lambda _: None,
    environ: Mapping[str, str] = os.environ,
) -> tuple[str, ...]:
    """Copy images from the Docker engine into the cluster, without a registry; returns which were not there yet.

    Raises `UnavailableError` for an image that the engine lacks, or a cluster of the user's (it pulls by itself).
    """
    wanted = tuple(references)
    if tool := containers.tool_of(cluster.origin):
        containers.load(cache, tool, cluster.name, wanted)
        return wanted
    layout = local.running(cache, cluster.name) if cluster.origin == LOCAL else None
    if layout is None:
        raise UnavailableError(
            f"images cannot be loaded into {cluster.context} ({cluster.origin}); it has to pull them"
        )
    found, attempts = engine.find(cache, environ)
    if found is None:
        raise UnavailableError("; ".join(f"{one.source}: {one.result}" for one in attempts) or "no Docker engine")
    with cache.lock(f"cluster-images-{cluster.name}", note=note):
        return images.load(layout, wanted, found, note)


def _users(users: chosen.Chosen) -> Cluster:
    return Cluster(name="", kubeconfig=users.kubeconfig, context=users.context, origin=USERS)


def _local(layout: Layout) -> Cluster:
    return Cluster(
        name=layout.name,
        kubeconfig=str(layout.kubeconfig),
        context=layout.context,
        origin=LOCAL,
        kubectl=str(layout.folder / "bin" / "kubectl"),
    )


def _attempt(source: str, error: UnavailableError) -> Attempt:
    return Attempt(source, error.reason, error.log, error.tail)
