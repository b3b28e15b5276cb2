"""Images get into the cluster's containerd without a registry: its own parts, and what the Docker engine has."""

import contextlib
import json
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path

from docker.errors import DockerException, ImageNotFound

from toolchain.cluster import parts
from toolchain.cluster.layout import Layout
from toolchain.cluster.sandbox import Sandbox
from toolchain.obtain import gobuild, imagefile, process
from toolchain.obtain.engine import Engine
from toolchain.obtain.errors import UnavailableError
from toolchain.obtain.imagefile import Entry, ImageConfig

# Never looked for in a registry: the manifests say imagePullPolicy Never.
REPOSITORY = "planewatch.local"
PAUSE = f"{REPOSITORY}/pause:{parts.PAUSE.version}"
COREDNS = f"{REPOSITORY}/coredns:{parts.COREDNS.version}"
METRICS_SERVER = f"{REPOSITORY}/metrics-server:{parts.METRICS_SERVER.version}"
CTR = ("ctr", "--namespace=k8s.io")
IMPORT_SECONDS = 300.0
NOBODY = "65534:65534"


def import_own(layout: Layout, reference: str, program: Path) -> None:
    """Make an image of one static program and import it."""
    with tempfile.TemporaryDirectory(prefix="planewatch-image-") as scratch:
        target = Path(scratch) / "image.tar"
        imagefile.write(
            target,
            content=[Entry("tmp", 0o1777), Entry(program.name, content=program)],
            config=ImageConfig(entrypoint=(f"/{program.name}",), user=NOBODY),
            architecture=gobuild.host_arch(),
            tags=(reference,),
        )
        with target.open("rb") as file:
            _import(layout, iter(lambda: file.read(1 << 20), b""), reference)


def present(layout: Layout) -> frozenset[str]:
    """Return the references (as containerd spells them) of the images in the cluster."""
    listed = process.capture(Sandbox(layout).enter([*CTR, "images", "list", "--quiet"]))
    return frozenset((listed or "").split())


def answers(layout: Layout) -> bool:
    """Return whether the cluster's containerd answers."""
    return process.capture(Sandbox(layout).enter([*CTR, "version"])) is not None


def load(layout: Layout, references: Iterable[str], engine: Engine, note: Callable[[str], None]) -> tuple[str, ...]:
    """Copy images from the Docker engine into the cluster; returns those that were not there in the same version.

    Raises `UnavailableError` when the engine does not have one of them.
    """
    record = layout.folder / "loaded.json"
    known: dict[str, str] = json.loads(record.read_text()) if record.is_file() else {}
    there, loaded = present(layout), []
    with closing(engine.client()) as client:
        for reference in references:
            try:
                image = client.images.get(reference)
                if known.get(reference) == image.id and full_name(reference) in there:
                    continue
                note(f"loading {reference}")
                _import(layout, image.save(named=reference), reference)
            except ImageNotFound as error:
                raise UnavailableError(f"the Docker engine at {engine.host} has no image {reference}") from error
            except (DockerException, OSError) as error:
                raise UnavailableError(f"the Docker engine cannot export {reference}: {error}") from error
            known[reference] = str(image.id)
            record.write_text(json.dumps(known, indent=2))
            loaded.append(reference)
    return tuple(loaded)


def full_name(reference: str) -> str:
    """Spell a reference as containerd does: with host and library."""
    first, slash, _ = reference.partition("/")
    if not slash:
        return f"docker.io/library/{reference}"
    return reference if "." in first or ":" in first or first == "localhost" else f"docker.io/{reference}"


def _import(layout: Layout, chunks: Iterable[bytes], reference: str) -> None:
    """Feed an image archive to containerd; raises `UnavailableError` with its complaint."""
    child = subprocess.Popen(
        Sandbox(layout).enter([*CTR, "images", "import", "-"]),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert child.stdin is not None and child.stderr is not None  # noqa: PT018, S101 (pipes were asked for)
    with closing(child.stdin) as given, closing(child.stderr) as said:
        try:
            with contextlib.suppress(BrokenPipeError):  # it gave up; its reason follows
                for chunk in chunks:
                    given.write(chunk)
                given.close()
            complaint = said.read().decode(errors="replace").strip()
            code = child.wait(IMPORT_SECONDS)
        except BaseException:
            process.end_group(child)
            raise
    if code != 0:
        raise UnavailableError(f"containerd rejects {reference}: {complaint}")
