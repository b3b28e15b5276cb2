"""What a cluster of ours is made of: programs built from Go modules, and the distribution's container runtime."""

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from toolchain.obtain import apt, gobuild
from toolchain.obtain.cache import Cache
from toolchain.obtain.errors import UnavailableError
from toolchain.obtain.gobuild import Recipe

KUBERNETES_VERSION = "1.34.4"
_SOURCES = Path(__file__).parent / "go"
_VERSION_PACKAGES = ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version")
_VERSION_FACTS = {
    "gitMajor": "1",
    "gitMinor": KUBERNETES_VERSION.split(".")[1],
    "gitVersion": f"v{KUBERNETES_VERSION}",
    "gitTreeState": "clean",
    "gitCommit": "0" * 40,
    "buildDate": "2026-02-01T00:00:00Z",
}
KUBERNETES = Recipe(
    name="kubernetes",
    version=KUBERNETES_VERSION,
    programs=(("hyperkube", "."),),
    minutes=7,
    sources=_SOURCES,
    ldflags=" ".join(
        [
            "-s -w",
            *(
                f"-X {package}.{name}={value}"
                for package in _VERSION_PACKAGES
                for name, value in _VERSION_FACTS.items()
            ),
        ]
    ),
)
COREDNS = Recipe(name="coredns", version="1.14.7", programs=(("coredns", "."),), minutes=1, sources=_SOURCES)
KUBE_ROUTER = Recipe(
    name="kube-router",
    version="2.2.1",
    programs=(("kube-router", "github.com/cloudnativelabs/kube-router/v2/cmd/kube-router"),),
    minutes=2,
    sources=_SOURCES,
)
METRICS_SERVER = Recipe(
    name="metrics-server",
    version="0.9.0",
    programs=(("metrics-server", "sigs.k8s.io/metrics-server/cmd/metrics-server"),),
    minutes=2,
    sources=_SOURCES,
)
PAUSE = Recipe(name="pause", version="1", programs=(("pause", "."),), minutes=1, sources=_SOURCES)
RECIPES = (KUBERNETES, KUBE_ROUTER, COREDNS, METRICS_SERVER, PAUSE)
# Command → Debian package.
COMMANDS = {
    "containerd": "containerd",
    "runc": "runc",
    "conntrack": "conntrack",
    "ipset": "ipset",
    "iptables": "iptables",
    "ip": "iproute2",
    "socat": "socat",
    "openssl": "openssl",
    "unshare": "util-linux",
    "nsenter": "util-linux",
}
CNI_FOLDERS = (Path("/usr/lib/cni"), Path("/opt/cni/bin"))
CNI_PLUGINS = ("bridge", "host-local", "loopback", "portmap")


def obstacle(cache: Cache, environ: Mapping[str, str]) -> str | None:
    """Return why this machine cannot run a cluster of ours, None when it can; changes nothing."""
    if gobuild.host_os() != "linux":
        return "a node's programs run on Linux only"
    if os.geteuid() != 0:
        return "only root can start a node"
    if lacking := missing_packages():
        if apt.forbidden(environ):
            return f"NO_INSTALL is set and these packages are missing: {' '.join(lacking)}"
        if not apt.present():
            return f"this system has no apt to install {' '.join(lacking)}"
    unbuilt = [one.name for one in RECIPES if cache.find(one.name, one.key(gobuild.host_arch())) is None]
    if unbuilt and (gobuild.go_version() or (0, 0)) < gobuild.GO_NEEDED:
        return f"building {' '.join(unbuilt)} needs Go {'.'.join(map(str, gobuild.GO_NEEDED))} or newer"
    return None


def missing_packages() -> tuple[str, ...]:
    """List the Debian packages that are missing here."""
    lacking = [package for command, package in COMMANDS.items() if shutil.which(command) is None]
    if cni_folder() is None:
        lacking.append("containernetworking-plugins")
    return tuple(dict.fromkeys(lacking))


def cni_folder() -> Path | None:
    """Find the folder with the network plugins that we use."""
    return next((one for one in CNI_FOLDERS if all((one / name).is_file() for name in CNI_PLUGINS)), None)


def install(cache: Cache, environ: Mapping[str, str], note: Callable[[str], None]) -> None:
    """Install the missing packages; raises `UnavailableError` where that cannot or must not be."""
    lacking = missing_packages()
    if lacking:
        note(f"installing: apt-get install {' '.join(lacking)}")
        apt.install(lacking, log=cache.log("cluster-packages"), environ=environ)
    if still := missing_packages():
        raise UnavailableError(f"still missing after installing them: {' '.join(still)}")


def program(cache: Cache, recipe: Recipe, note: Callable[[str], None]) -> Path:
    """Return a recipe's (only) program, building it when it is not there yet; raises `UnavailableError`."""
    folder = gobuild.build(cache, recipe, goarch=gobuild.host_arch(), note=note)
    return folder / recipe.programs[0][0]


def link(source: Path, target: Path) -> None:
    """Put a program into a cluster's folder without taking its space twice."""
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)
