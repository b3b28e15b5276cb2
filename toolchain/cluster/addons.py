"""What runs in every cluster of ours beside the node's programs: manifests, applied server-side."""

from pathlib import Path
from string import Template

from toolchain.cluster import images
from toolchain.cluster.layout import Layout
from toolchain.obtain import process

MANIFESTS = Path(__file__).parent / "addons"
FIELD_MANAGER = "planewatch-cluster"
APPLY_SECONDS = 60.0
# Deployments (namespace kube-system) that `up` waits for.
DEPLOYMENTS = ("coredns", "metrics-server")


def last_words(layout: Layout, name: str) -> tuple[str, ...]:
    """Return the last lines of an addon's log, or the node's reasons when it has none."""
    kubectl = (str(layout.folder / "bin" / "kubectl"), f"--kubeconfig={layout.kubeconfig}", "--namespace=kube-system")
    said = process.capture([*kubectl, "logs", f"deployment/{name}", f"--tail={process.TAIL_LINES}"])
    said = said or process.capture([*kubectl, "get", "events", "--field-selector=type=Warning"])
    return tuple((said or "").splitlines()[-process.TAIL_LINES :])


def apply(layout: Layout) -> None:
    """Apply every manifest; raises `UnavailableError` with kubectl's complaint."""
    folder = layout.part("addons")
    values = {
        "coredns": images.COREDNS,
        "metrics_server": images.METRICS_SERVER,
        "dns_address": str(layout.dns_service),
    }
    for manifest in sorted(MANIFESTS.glob("*.yaml")):
        (folder / manifest.name).write_text(Template(manifest.read_text()).substitute(values))
    process.run(
        [
            *(str(layout.folder / "bin" / "kubectl"), f"--kubeconfig={layout.kubeconfig}", "apply"),
            *("--server-side", "--force-conflicts", f"--field-manager={FIELD_MANAGER}", f"--filename={folder}"),
        ],
        log=layout.logs / "addons.log",
        timeout=APPLY_SECONDS,
    )
