"""A Kubernetes cluster for development on this machine, with the images that a stack runs in it."""

import os
from pathlib import Path

import docker
from docker.errors import ImageNotFound
from rich.console import Console

from config.images import APPS, CATALOGUE, CLUSTER, AppImage
from toolchain import cluster
from toolchain.cluster import Cluster
from toolchain.obtain import wanted
from toolchain.obtain.cache import Cache
from toolchain.obtain.errors import UnavailableError
from toolchain.obtain.stages import Report, Stage

_NOTES = Console(stderr=True, highlight=False)


def up(root: Path) -> int:
    """Make sure of the cluster and load what stacks run in it; a cluster of the user's pulls its images by itself."""
    cache, report = Cache.of(os.environ), Report()
    ready = wanted.ensure(wanted.UP, root=root, report=report, images=dict.fromkeys((*CATALOGUE, *CLUSTER)))
    made = cluster.up(cache, report)
    with report.stage("images for the cluster") as stage:
        references = [image.reference for image in CLUSTER] + [
            _built(app, root, dict(ready.environment), stage) for app in APPS
        ]
        try:
            loaded = cluster.load_images(cache, made, references, note=stage.note)
            stage.result(f"{len(loaded)} loaded")
        except UnavailableError as error:
            stage.result(str(error))
    _NOTES.print(f"context {made.context} ({made.origin}); KUBECONFIG={made.kubeconfig}", soft_wrap=True)
    return 0


def down() -> int:
    """Take the cluster away with everything in it; one of the user's is never touched."""
    cluster.down(Cache.of(os.environ))
    return 0


def _built(app: AppImage, root: Path, environment: dict[str, str], stage: Stage) -> str:
    """Return the app's image, built on the engine unless it is there under its content's name."""
    reference = app.reference(root)
    client = docker.from_env(environment={**os.environ, **environment})
    try:
        client.images.get(reference)
    except ImageNotFound:
        stage.note(f"building {reference}")
        client.images.build(path=str(root / app.context), tag=reference, buildargs={"BASE": app.base.pinned})
    finally:
        client.close()
    return reference


def status() -> Cluster | None:
    """Return the cluster that `up` made or would use, None when there is none."""
    return cluster.status(Cache.of(os.environ)).cluster
