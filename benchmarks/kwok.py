"""kwok: nodes that exist in the API alone, so that a benchmark can have hundreds of pods on one machine."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL, STDOUT, Popen

from toolchain.obtain import gobuild, process
from toolchain.obtain.cache import Cache

RECIPE = gobuild.Recipe(
    name="kwok",
    version="0.7.0",
    programs=(("kwok", "sigs.k8s.io/kwok/cmd/kwok"),),
    minutes=2,
    sources=Path(__file__).parent / "go",
)
# Marks the nodes that kwok plays; pods ask for them by this label and put up with the taint of the same key.
MARK = "planewatch.dev/simulated"
_SELECTOR = "--manage-nodes-with-label-selector"


@contextmanager
def playing(cache: Cache, kubeconfig: Path, log: Path, note: Callable[[str], None]) -> Iterator[None]:
    """Play every node that is marked for as long as the context lasts; pods on them are ready at once.

    Raises `UnavailableError` when kwok can neither be found nor built.
    """
    program = gobuild.build(cache, RECIPE, goarch=gobuild.host_arch(), note=note) / "kwok"
    command = [str(program), f"--kubeconfig={kubeconfig}", "--manage-all-nodes=false", f"{_SELECTOR}={MARK}=true"]
    with (
        log.open("ab") as output,
        Popen(command, stdin=DEVNULL, stdout=output, stderr=STDOUT, start_new_session=True) as child,
    ):
        try:
            yield
        finally:
            process.end_group(child)
