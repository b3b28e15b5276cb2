"""Images for a closed network that are made from Debian's packages: the utility image and the Python base."""

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from toolchain.obtain import apt, gobuild, process
from toolchain.obtain.cache import Cache, remove_tree
from toolchain.obtain.errors import UnavailableError

SUITE = "bookworm"
BASE_PACKAGES = ("ca-certificates", "python3", "python3-venv")
DEBOOTSTRAP_SECONDS = 1200.0
# What no container reads: a third of the size. The package lists and the host's mirror address stay out, too.
TRIMMED = (
    "usr/share/doc",
    "usr/share/man",
    "usr/share/info",
    "usr/share/locale",
    "usr/share/lintian",
    "var/lib/apt/lists",
    "var/cache/apt",
    "var/cache/debconf",
    "var/log",
    "etc/apt/sources.list",
    "debootstrap",
)


def busybox(target: Path, *, cache: Cache, note: Callable[[str], None]) -> Path:
    """Fetch Debian's static busybox into `target` and return it; nothing is installed."""
    note("fetching busybox-static with apt-get download")
    apt.unpack("busybox-static", target, log=cache.log("busybox"))
    for candidate in ("bin/busybox", "usr/bin/busybox"):
        if (target / candidate).is_file():
            return target / candidate
    raise UnavailableError("the package busybox-static contains no busybox")


def applets(program: Path) -> tuple[str, ...]:
    """Return the paths of all commands that the busybox provides, without a leading slash."""
    listed = process.capture([str(program), "--list-full"])
    if not listed:
        raise UnavailableError("the fetched busybox does not run on this machine")
    return tuple(listed.split())


def python_root(*, cache: Cache, goarch: str, note: Callable[[str], None], build: Callable[[Path], None]) -> None:
    """Make a small Debian with Python by debootstrap and hand its root folder to `build`; needs root.

    The tools come from the host's apt, unpacked for this once, and its mirror is used; nothing is installed.
    """
    if os.geteuid() != 0:
        raise UnavailableError("debootstrap needs root")
    if not apt.present():
        raise UnavailableError("only Debian and Ubuntu have debootstrap")
    if goarch != gobuild.host_arch():
        raise UnavailableError(f"debootstrap builds images for {gobuild.host_arch()}, but the engine is {goarch}")
    log = cache.log("debootstrap")
    scratch = Path(tempfile.mkdtemp(prefix="planewatch-debian-"))
    try:
        root = scratch / "root"
        root.mkdir(mode=0o755)
        note(f"building a Debian {SUITE} with Python by debootstrap (about 3 min)")
        _debootstrap(root, scratch, goarch, log)
        for name in TRIMMED:
            path = root / name
            if path.is_dir():
                remove_tree(path)
            else:
                path.unlink(missing_ok=True)
        for folder in ("var/lib/apt/lists/partial", "var/cache/apt/archives/partial", "var/log"):
            (root / folder).mkdir(parents=True, exist_ok=True)
        # The engine writes these per container; debootstrap copied the host's.
        for name in ("etc/resolv.conf", "etc/hostname"):
            (root / name).write_text("")
        for name in ("python", "python3"):
            (root / "usr/local/bin" / name).symlink_to("/usr/bin/python3")
        build(root)
    finally:
        # A mount that debootstrap left behind must never be deleted through.
        if str(scratch) not in Path("/proc/self/mounts").read_text():
            remove_tree(scratch)


def _debootstrap(root: Path, scratch: Path, goarch: str, log: Path) -> None:
    command, env = ["debootstrap"], apt.proxy()
    if shutil.which("debootstrap") is None:
        apt.unpack("debootstrap", scratch / "tool", log=log)
        command = ["sh", str(scratch / "tool/usr/sbin/debootstrap")]
        env["DEBOOTSTRAP_DIR"] = str(scratch / "tool/usr/share/debootstrap")
    command += ["--variant=minbase", f"--arch={goarch}", f"--include={','.join(BASE_PACKAGES)}", SUITE, str(root)]
    if mirror := apt.debian_mirror(SUITE):
        command.append(mirror)
    # In a mount namespace of its own, what debootstrap mounts goes with it, also when it is killed.
    apart = ["unshare", "--mount", "--propagation", "private"]
    if process.capture([*apart, "true"]) is not None:
        command = [*apart, *command]
    process.run(command, env=env, log=log, timeout=DEBOOTSTRAP_SECONDS)
