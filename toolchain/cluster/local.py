"""A single node made here: its own namespaces, programs built from Go modules, the distribution's containerd."""

import contextlib
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from toolchain.cluster import addons, certificates, configuration, images, layout, parts
from toolchain.cluster.api import Api, wait
from toolchain.cluster.components import Phase, components, of_phase
from toolchain.cluster.layout import Layout
from toolchain.cluster.processes import Daemon
from toolchain.cluster.sandbox import Sandbox
from toolchain.obtain import proxies
from toolchain.obtain.cache import Cache, remove_tree
from toolchain.obtain.errors import UnavailableError
from toolchain.obtain.stages import Report

# Generous: a machine that builds and tests at the same time needs several times what an idle one does.
API_SECONDS = 180.0
NODE_SECONDS = 120.0
ADDON_SECONDS = 180.0
Note = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalStatus:
    """What runs of a local cluster: names of programs by whether they do; what the API server says of the rest."""

    running: tuple[str, ...]
    stopped: tuple[str, ...]
    api_ready: bool
    node_ready: bool
    addons_ready: bool

    @property
    def whole(self) -> bool:
        """Return whether nothing is missing."""
        return not self.stopped and self.api_ready and self.node_ready and self.addons_ready


def running(cache: Cache, name: str) -> Layout | None:
    """Return the layout of the cluster of that name if its namespaces exist."""
    known = layout.recall(cache, name)
    return known if known is not None and Sandbox(known).alive() else None


def status(cluster: Layout) -> LocalStatus:
    """Look at each program, the API server, the node and the addons."""
    states = {one.name: Daemon(one.name, cluster.folder).alive() for one in components(cluster)}
    api = Api(cluster)
    return LocalStatus(
        running=tuple(name for name, alive in states.items() if alive),
        stopped=tuple(name for name, alive in states.items() if not alive),
        api_ready=api.ready(),
        node_ready=api.node_ready(),
        addons_ready=all(api.addon_ready(name) for name in addons.DEPLOYMENTS),
    )


def up(cache: Cache, name: str, environ: Mapping[str, str], report: Report) -> Layout:
    """Start the cluster, or only what is missing of it; raises `UnavailableError`.

    What a start that failed or was interrupted has begun is taken down again, its logs stay until the next one.
    """
    with report.stage("cluster's programs") as stage:
        parts.install(cache, environ, stage.note)
        programs = {one.name: parts.program(cache, one, stage.note) for one in parts.RECIPES}
    with report.stage(f"cluster {name}") as stage, cache.lock(f"cluster-{name}", note=stage.note):
        cluster = running(cache, name)
        if cluster is not None and status(cluster).whole:
            if not _is_current(cluster, programs):
                stage.note("renewing what provides volumes, and the addons")
                _renew(cluster, programs)
            stage.result("already running")
            return cluster
        began = time.monotonic()
        if cluster is not None:
            stage.note("starting what is missing")
            _start(cluster, programs, stage.note)
        else:
            _clear(cache, name)
            cluster = layout.settle(cache, name)
            # Its programs call one another at the node's address, and they read this process's variables.
            os.environ.update(proxies.with_exceptions(os.environ, cluster.unproxied))
            with _undone(cluster):
                stage.note("creating certificates and namespaces")
                _prepare(cluster, programs)
                _start(cluster, programs, stage.note)
        stage.result(f"node ready at {cluster.server} ({time.monotonic() - began:.0f} s)")
        return cluster


def down(cache: Cache, name: str, note: Note) -> bool:
    """Take the cluster down with everything in it; False if there was none. Raises `UnavailableError`."""
    folder = layout.folder_of(cache, name)
    if not folder.exists():
        return False
    with cache.lock(f"cluster-{name}", note=note):
        _clear(cache, name)
    with contextlib.suppress(OSError):  # other clusters lie beside it
        folder.parent.rmdir()
    return True


def _clear(cache: Cache, name: str) -> None:
    """Remove what there is of a cluster, in whatever state an earlier command left it."""
    known = layout.recall(cache, name)
    folder = layout.folder_of(cache, name)
    if known is not None:
        Sandbox(known).destroy()
    # The cluster's own mounts went with its namespaces; somebody else's must never be deleted through.
    if f" {folder}/" in Path("/proc/self/mounts").read_text():
        raise UnavailableError(f"something is mounted below {folder}: unmount it first")
    remove_tree(folder)


@contextlib.contextmanager
def _undone(cluster: Layout) -> Iterator[None]:
    """Take a new cluster's namespaces down when the block fails."""
    try:
        yield
    except BaseException:
        Sandbox(cluster).destroy()
        raise


def _prepare(cluster: Layout, programs: Mapping[str, Path]) -> None:
    certificates.make(cluster)
    configuration.write(cluster)
    folder = cluster.part("bin")
    for name in (parts.KUBERNETES.name, parts.KUBE_ROUTER.name, parts.PAUSE.name):
        parts.link(programs[name], folder / programs[name].name)
    parts.link(programs[parts.KUBERNETES.name], folder / "kubectl")
    Sandbox(cluster).create()


def _is_current(cluster: Layout, programs: Mapping[str, Path]) -> bool:
    """Whether a cluster's own program is the one that this checkout describes."""
    wanted, there = (path.stat() for path in (programs[parts.KUBERNETES.name], cluster.part("bin") / "hyperkube"))
    # Linked, or copied with its time where the cache is on another file system.
    return (wanted.st_size, wanted.st_mtime) == (there.st_size, there.st_mtime)


def _renew(cluster: Layout, programs: Mapping[str, Path]) -> None:
    """Bring a running cluster up to date where it can be without a disturbance: Kubernetes itself goes on as it is."""
    program = programs[parts.KUBERNETES.name]
    parts.link(program, cluster.part("bin") / program.name)
    addons.apply(cluster)
    sandbox = Sandbox(cluster)
    for one in components(cluster):
        if one.name == "local-volumes":
            daemon = Daemon(one.name, cluster.folder)
            daemon.kill()
            daemon.start(sandbox.enter(one.command))


def _start(cluster: Layout, programs: Mapping[str, Path], note: Note) -> None:
    """Start every program that does not run, in order, and wait for each thing that the next one builds on."""
    api = Api(cluster)
    note("starting the API server and containerd")
    _start_phase(cluster, Phase.FIRST)
    _until(cluster, "containerd does not answer", lambda: images.answers(cluster), API_SECONDS)
    own = {
        images.PAUSE: programs[parts.PAUSE.name],
        images.COREDNS: programs[parts.COREDNS.name],
        images.METRICS_SERVER: programs[parts.METRICS_SERVER.name],
    }
    there = images.present(cluster)
    for reference, program in own.items():
        if reference not in there:
            images.import_own(cluster, reference, program)
    _until(cluster, "the API server is not ready", api.ready, API_SECONDS)
    note("starting the node")
    _start_phase(cluster, Phase.WITH_API)
    addons.apply(cluster)
    _until(cluster, "the node does not register", api.node_there, NODE_SECONDS)
    _start_phase(cluster, Phase.WITH_NODE)
    _until(cluster, "the node does not become ready", api.node_ready, NODE_SECONDS)
    _until(cluster, "the default namespace does not admit pods", api.default_account, NODE_SECONDS)
    for name in addons.DEPLOYMENTS:
        note(f"waiting for {name}")
        otherwise = f"{name} does not become ready"
        _until(
            cluster,
            otherwise,
            partial(api.addon_ready, name),
            ADDON_SECONDS,
            words=partial(addons.last_words, cluster, name),
        )


def _start_phase(cluster: Layout, phase: Phase) -> None:
    sandbox = Sandbox(cluster)
    for one in of_phase(cluster, phase):
        Daemon(one.name, cluster.folder).start(sandbox.enter(one.command))


def _until(
    cluster: Layout,
    otherwise: str,
    condition: Callable[[], bool],
    seconds: float,
    *,
    words: Callable[[], tuple[str, ...]] = tuple,
) -> None:
    """Wait; raises `UnavailableError` saying `otherwise` (with `words()`), or which program ended meanwhile."""

    def all_alive() -> None:
        for one in components(cluster):
            daemon = Daemon(one.name, cluster.folder)
            if daemon.begun() and not daemon.alive():
                raise daemon.failure(f"{one.name} ended")

    if not wait(condition, seconds, still_worth=all_alive):
        raise UnavailableError(f"{otherwise} within {seconds:.0f} s", log=cluster.logs / "kubelet.log", tail=words())
