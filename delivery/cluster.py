"""A Kubernetes cluster for development on this machine, with the images that a stack runs in it."""

import os
from contextlib import closing
from pathlib import Path

import docker
from docker.api.client import APIClient
from docker.errors import ImageNotFound
from rich.console import Console

from config.images import APPS, CATALOGUE, CLUSTER, AppImage
from delivery.errors import CommandError
from toolchain import cluster
from toolchain.cluster import Cluster
from toolchain.obtain import wanted
from toolchain.obtain.building import tidied
from toolchain.obtain.cache import Cache
from toolchain.obtain.errors import UnavailableError
from toolchain.obtain.stages import Report, Stage

_NOTES = Console(stderr=True, highlight=False)
# Enough of a failed build to see the failing step and its output.
_TAIL_LINES = 20


def up(root: Path) -> int:
    """Start the cluster and load the images that stacks run in it; a user's own cluster pulls them itself."""
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
    """Delete the cluster with everything in it; never touches a user's own cluster."""
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
        build(client.api, root / app.context, reference, base=app.base.pinned)
    finally:
        client.close()
    return reference


def build(client: APIClient, context: Path, reference: str, *, base: str) -> None:
    """Build a context on ``base`` and leave nothing but named images; raises `CommandError` with the last lines."""
    stream = client.build(
        path=str(context), tag=reference, buildargs={"BASE": base}, decode=True, rm=True, forcerm=True
    )
    written: list[str] = []
    with closing(tidied(client, reference, stream)) as messages:
        for message in messages:
            written += str(message.get("stream", "")).splitlines()
            if "error" in message:
                tail = "\n".join([line for line in written if line.strip()][-_TAIL_LINES:])
                raise CommandError(
                    f"cannot build image {reference} from {context}: {message['error']}\n{tail}",
                    remedy="correct the step that fails, then run the command again",
                )


def status() -> Cluster | None:
    """Return the cluster that `up` made or would use, or None."""
    return cluster.status(Cache.of(os.environ)).cluster
