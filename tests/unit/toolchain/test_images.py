"""Images in a real engine: pulled from a registry on this machine's loopback, or made here."""

import hashlib
import io
import json
import os
import socket
import tarfile
import threading
import uuid
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import docker
import pytest

from config.images import PROMETHEUS, UTILITY, Image
from tests.harness.http_server import HttpServer
from toolchain.obtain import apt, engine, tools
from toolchain.obtain.cache import Cache
from toolchain.obtain.errors import ToolchainError
from toolchain.obtain.imagefile import RECIPE_LABEL, Entry, ImageConfig, write
from toolchain.obtain.images import Images
from toolchain.obtain.stages import Stage

pytestmark = pytest.mark.docker


def digest_of(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


class Registry:
    """The few requests of a registry that a pull makes, for one image."""

    def __init__(self, folder: Path, architecture: str) -> None:
        # Every run gives new content, so that no image of another test has the same id.
        content = [Entry("marker", 0o644, content=uuid.uuid4().bytes)]
        write(folder / "image.tar", content=content, config=ImageConfig(), architecture=architecture, tags=("x:1",))
        with tarfile.open(folder / "image.tar") as archive:
            blobs = [file.read() for info in archive if (file := archive.extractfile(info))]
        config, layer = blobs[0], blobs[1]
        kind = "application/vnd.docker.distribution.manifest.v2+json"
        self.manifest = json.dumps(
            {
                "schemaVersion": 2,
                "mediaType": kind,
                "config": self._part("application/vnd.docker.container.image.v1+json", config),
                "layers": [self._part("application/vnd.docker.image.rootfs.diff.tar", layer)],
            }
        ).encode()
        self.kind = kind
        self.blobs = {digest_of(config): config, digest_of(layer): layer}
        self.address = ""

    @staticmethod
    def _part(kind: str, data: bytes) -> dict[str, Any]:
        return {"mediaType": kind, "size": len(data), "digest": digest_of(data)}

    def answer(self, path: str) -> tuple[int, str, bytes]:
        if path == "/v2/":
            return 200, "application/json", b"{}"
        name = path.rpartition("/")[2]
        if "/manifests/" in path and name in {"1", digest_of(self.manifest)}:
            return 200, self.kind, self.manifest
        if "/blobs/" in path and name in self.blobs:
            return 200, "application/octet-stream", self.blobs[name]
        return 404, "application/json", b'{"errors": [{"code": "MANIFEST_UNKNOWN", "message": "manifest unknown"}]}'


@pytest.fixture
def found(tmp_path: Path) -> engine.Engine:
    return engine.ensure(Cache(tmp_path / "cache"), os.environ, note=lambda _: None)


@pytest.fixture
def client(found: engine.Engine) -> Iterator[docker.DockerClient]:
    with closing(found.client()) as connected:
        yield connected


@pytest.fixture
def registry(tmp_path: Path, found: engine.Engine) -> Iterator[Registry]:
    served = Registry(tmp_path, found.architecture)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, kind, body = served.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Docker-Content-Digest", digest_of(body))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        do_HEAD = do_GET  # noqa: N815 (the base class calls it so)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (as in the base class)
            """Stay quiet."""

    with HttpServer(("127.0.0.1", 0), Handler) as httpd:
        thread = threading.Thread(target=httpd.serve_forever)
        thread.start()
        served.address = f"127.0.0.1:{httpd.server_address[1]}"
        yield served
        httpd.shutdown()
        thread.join()


@pytest.fixture
def images(tmp_path: Path, found: engine.Engine, client: docker.DockerClient) -> Images:
    return Images(Cache(tmp_path / "cache"), found, client)


@pytest.fixture
def stage() -> Stage:
    return Stage("image", lambda _: None)


def test_an_image_is_pulled_and_then_already_there(
    images: Images, registry: Registry, stage: Stage, client: docker.DockerClient
) -> None:
    image = Image(name="x", reference=f"{registry.address}/team/x:1", version="1")
    assert images.origin(image) is None
    try:
        images.ensure(image, stage)
        assert stage.outcome == "pulled"
        assert images.origin(image) == "from a registry"
        images.ensure(image, stage)
        assert stage.outcome == "already there"
    finally:
        client.images.remove(image.reference)


def test_a_digest_is_pulled_by_digest_and_named_by_its_tag(
    images: Images, registry: Registry, stage: Stage, client: docker.DockerClient
) -> None:
    digest = digest_of(registry.manifest)
    image = Image(name="x", reference=f"{registry.address}/team/x:1", version="1", digest=digest)
    try:
        images.ensure(image, stage)
        assert images.origin(image) == "from a registry"
        assert client.images.get(image.reference).id in {one.id for one in client.images.list()}
    finally:
        client.images.remove(str(client.images.get(image.reference).id), force=True)


def test_an_unknown_image_is_named_and_the_registry_stays_reachable(
    images: Images, registry: Registry, stage: Stage
) -> None:
    image = Image(name="x", reference=f"{registry.address}/team/x:2", version="2")
    with pytest.raises(ToolchainError, match=f"cannot obtain the image {image.reference}") as caught:
        images.ensure(image, stage)
    (attempt,) = caught.value.attempts
    assert attempt.source == "the registry"
    assert "manifest" in attempt.result
    assert f"docker pull {image.reference}" in caught.value.remedy
    assert images.registry_obstacle is None


def test_a_registry_that_is_not_there_is_asked_once(images: Images, stage: Stage) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        address = f"127.0.0.1:{listener.getsockname()[1]}"
    with pytest.raises(ToolchainError):
        images.ensure(Image(name="x", reference=f"{address}/x:1", version="1"), stage)
    with pytest.raises(ToolchainError, match="skipped, no registry can be reached"):
        images.ensure(Image(name="y", reference=f"{address}/y:1", version="1"), stage)


@pytest.mark.skipif(not apt.present(), reason="the utility image is made of a Debian package")
def test_an_image_is_made_here_and_again_when_its_recipe_changed(
    tmp_path: Path, found: engine.Engine, client: docker.DockerClient, stage: Stage
) -> None:
    images = Images(Cache(tmp_path / "cache"), found, client, offline=True)
    # The catalogue's version under a tag of the test's own.
    image = replace(UTILITY, reference=f"planewatch-test/{uuid.uuid4().hex[:8]}:1")
    try:
        images.ensure(image, stage)
        assert stage.outcome.startswith("built here, recipe ")
        output = client.containers.run(image.reference, ["sh", "-c", "echo alive; id -u"], remove=True)
        assert output == b"alive\n0\n"
        images.ensure(image, stage)
        assert stage.outcome == "already there"

        outdated = {RECIPE_LABEL: "outdated"}
        arch = found.architecture
        write(
            tmp_path / "old.tar",
            content=[],
            config=ImageConfig(labels=outdated),
            architecture=arch,
            tags=(image.reference,),
        )
        client.images.load(io.BytesIO((tmp_path / "old.tar").read_bytes()))
        assert images.origin(image) is None
        replaced = str(client.images.get(image.reference).id)
        images.ensure(image, stage)
        assert stage.outcome.startswith("built here, recipe ")
        assert replaced not in {one.id for one in client.images.list(all=True)}
    finally:
        client.images.remove(image.reference, force=True)


def test_another_version_than_the_catalogues_is_not_made_here(
    found: engine.Engine, client: docker.DockerClient, tmp_path: Path, stage: Stage
) -> None:
    images = Images(Cache(tmp_path / "cache"), found, client, offline=True)
    image = UTILITY.with_override("planewatch-test/other:9.9")
    with pytest.raises(ToolchainError) as caught:
        images.ensure(image, stage)
    assert [attempt.source for attempt in caught.value.attempts] == ["the registry"]


def test_programs_are_copied_out_of_an_official_image(
    found: engine.Engine, client: docker.DockerClient, tmp_path: Path, stage: Stage
) -> None:
    """A small image with the official one's paths; unlabelled, so that it counts as coming from a registry."""
    image = replace(PROMETHEUS, reference=f"planewatch-test/{uuid.uuid4().hex[:8]}:1")
    content = [Entry("bin"), *(Entry(f"bin/{name}", content=name.encode()) for name in ("prometheus", "promtool"))]
    config = ImageConfig(entrypoint=("/bin/prometheus",))
    target = tmp_path / "image.tar"
    write(target, content=content, config=config, architecture=found.architecture, tags=(image.reference,))
    client.images.load(io.BytesIO(target.read_bytes()))
    try:
        folder = tools.programs(image, Cache(tmp_path / "cache"), client, stage)
    finally:
        client.images.remove(image.reference)
    assert {path.name: path.read_text() for path in folder.iterdir()} == {
        "prometheus": "prometheus",
        "promtool": "promtool",
    }
    assert os.access(folder / "promtool", os.X_OK)
    assert client.containers.list(all=True, filters={"ancestor": image.reference}) == []
