"""The Pulumi CLI with its Python language host and the Docker plugin: the user's, the official ones, or ours."""

import os
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from toolchain.obtain import gobuild, process
from toolchain.obtain.cache import Cache, key
from toolchain.obtain.checkout import Checkout
from toolchain.obtain.errors import UnavailableError
from toolchain.obtain.sources import Internet, Source, obtain
from toolchain.obtain.stages import Stage
from toolchain.obtain.unpack import unpack

VERSION = gobuild.PULUMI.version
OLDEST = (3, 250, 0)
DOCKER_PLUGIN = "5.2.0"
RELEASES = f"https://github.com/pulumi/pulumi/releases/download/v{VERSION}"
PLUGIN_SECONDS = 120.0
OFFICIAL_ENTRY = "pulumi-official"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cli:
    """A usable CLI: the program, its version, where it comes from, and its PULUMI_HOME."""

    program: Path
    version: str
    origin: str
    home: Path


def version_of(program: Path | str) -> str | None:
    """Ask a CLI for its version (no leading v); None if it does not answer."""
    answer = process.capture([str(program), "version"], env={"PULUMI_SKIP_UPDATE_CHECK": "true"})
    match = re.fullmatch(r"v?(\d+\.\d+\.\d+\S*)", answer or "")
    return match[1] if match else None


def on_path(checkout: Checkout, environ: Mapping[str, str]) -> tuple[Path, str]:
    """Find the user's own CLI with its language host on PATH; raises `UnavailableError` with what is wrong with it."""
    ours = str(checkout.cache.root)
    folders = [part for part in environ.get("PATH", "").split(os.pathsep) if part and not part.startswith(ours)]
    path = os.pathsep.join(folders)
    found = shutil.which("pulumi", path=path)
    if found is None:
        raise UnavailableError("`pulumi` is not on PATH")
    version = version_of(found)
    if version is None:
        raise UnavailableError(f"{found} does not report its version")
    if tuple(int(part) for part in re.findall(r"\d+", version)[:3]) < OLDEST:
        raise UnavailableError(f"{found} is {version}, older than {'.'.join(map(str, OLDEST))}")
    program = Path(found).resolve()
    beside = program.with_name("pulumi-language-python")
    if not beside.exists() and shutil.which("pulumi-language-python", path=path) is None:
        raise UnavailableError(f"{found} comes without pulumi-language-python")
    return Path(found), version


def ensure(checkout: Checkout, environ: Mapping[str, str], internet: Internet, stage: Stage) -> Cli:
    """Obtain the CLI and both plugins; raises `ToolchainError`."""
    home = environ.get("PULUMI_HOME")
    own_home = Path(home).expanduser() if home and not home.startswith(str(checkout.cache.root)) else None

    def users() -> Cli:
        program, version = on_path(checkout, environ)
        return Cli(program=program, version=version, origin="on PATH", home=own_home or checkout.folder / "pulumi-home")

    def earlier() -> Cli:
        if checkout.cache.find(OFFICIAL_ENTRY, key(_archive())):
            return official()
        if checkout.cache.find(gobuild.PULUMI.name, gobuild.PULUMI.key(gobuild.host_arch(), gobuild.host_os())):
            return built()
        raise UnavailableError("nothing installed yet")

    def official() -> Cli:
        program = _download(checkout.cache, internet, stage.note) / "pulumi"
        return Cli(
            program=program, version=VERSION, origin="official", home=own_home or checkout.folder / "pulumi-home"
        )

    def built() -> Cli:
        return _build(checkout, own_home or checkout.folder / "pulumi-home", stage.note)

    cli = obtain(
        f"the Pulumi CLI {VERSION}",
        (
            Source("PATH", users),
            Source("the cache", earlier),
            Source("the official download", official),
            Source("building it from Go modules", built),
        ),
        remedy=f"install Pulumi {VERSION} from its own installer, or Go 1.26 or newer so that it can be built",
    )
    if cli.origin != "built":
        _plugins(cli, checkout, environ, internet, stage.note)
    stage.result(f"{cli.version} {cli.origin}, {cli.program}")
    return cli


def _archive() -> str:
    """Name the release's file for this machine."""
    arch = {"amd64": "x64"}.get(gobuild.host_arch(), gobuild.host_arch())
    return f"pulumi-v{VERSION}-{gobuild.host_os()}-{arch}.tar.gz"


def _download(cache: Cache, internet: Internet, note: Callable[[str], None]) -> Path:
    """Fetch the release, checked against the release's own list of checksums."""
    archive = _archive()

    def fetch(folder: Path) -> None:
        if internet.obstacle:
            raise UnavailableError(f"skipped, {internet.obstacle}")
        note(f"downloading {archive}")
        listing = internet.download(f"{RELEASES}/pulumi-{VERSION}-checksums.txt", folder / "checksums").read_text()
        sums = {name.lstrip("*"): value for value, name in (line.split() for line in listing.splitlines() if line)}
        if archive not in sums:
            raise UnavailableError(f"the release lists no checksum for {archive}")
        packed = internet.download(f"{RELEASES}/{archive}", folder / archive, sha256=sums[archive])
        unpack(packed, folder)
        for path in (folder / "pulumi").iterdir():
            path.rename(folder / path.name) if path.name != "pulumi" else path.rename(folder / "cli")
        (folder / "pulumi").rmdir()
        (folder / "cli").rename(folder / "pulumi")
        packed.unlink()

    return cache.make(OFFICIAL_ENTRY, key(archive), fetch, note=note)


def _build(checkout: Checkout, home: Path, note: Callable[[str], None]) -> Cli:
    """Build the CLI and put it beside our language host; our plugins go into its home."""
    from toolchain.obtain.stand_ins import install  # noqa: PLC0415 (only where the stand-ins are needed)

    built = gobuild.build(checkout.cache, gobuild.PULUMI, goos=gobuild.host_os(), goarch=gobuild.host_arch(), note=note)
    program = checkout.bin_dir / "pulumi"
    checkout.bin_dir.mkdir(parents=True, exist_ok=True)
    if not program.exists() or not program.samefile(built / "pulumi"):
        program.unlink(missing_ok=True)
        # A second name, not a symbolic link: the engine looks for the language host beside what the link names.
        program.hardlink_to(built / "pulumi")
    home.mkdir(parents=True, exist_ok=True)
    install(home, checkout.bin_dir, checkout.python)
    return Cli(program=program, version=VERSION, origin="built", home=home)


def docker_plugin_origin(home: Path) -> str | None:
    """Return which Docker plugin a home has: official, stand-in or None."""
    from toolchain.obtain.stand_ins import origin  # noqa: PLC0415 (only where the stand-ins are needed)

    return origin(home, "docker")


def _plugins(
    cli: Cli, checkout: Checkout, environ: Mapping[str, str], internet: Internet, note: Callable[[str], None]
) -> None:
    """Give an official CLI our stand-ins where the official plugins cannot be downloaded, and for a simulated AWS."""
    from toolchain.obtain.stand_ins import STAND_INS, install  # noqa: PLC0415 (only where the stand-ins are needed)

    cli.home.mkdir(parents=True, exist_ok=True)
    # Where the Docker plugin can be downloaded the engine fetches the others itself when it needs them.
    if not _official_docker_plugin(cli, checkout, internet, note):
        names = tuple(STAND_INS)
    elif environ.get("AWS") == "simulated":
        names = ("aws",)
    else:
        return
    # Its language host must not shadow the official one, so it goes where PATH does not lead.
    install(cli.home, checkout.folder / "unused", checkout.python, names)


def _official_docker_plugin(cli: Cli, checkout: Checkout, internet: Internet, note: Callable[[str], None]) -> bool:
    """Return whether a home has the official Docker plugin, downloading it where nothing is there yet."""
    there = docker_plugin_origin(cli.home)
    if there is not None or internet.obstacle:
        return there == "official"
    note(f"installing the Docker plugin {DOCKER_PLUGIN}")
    log = checkout.cache.log("pulumi-plugin")
    command = [str(cli.program), "plugin", "install", "resource", "docker", DOCKER_PLUGIN]
    env = {"PULUMI_HOME": str(cli.home), "PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        process.run(command, env=env, log=log, timeout=PLUGIN_SECONDS)
    except UnavailableError:
        note("the official Docker plugin cannot be downloaded: using the stand-ins")
        return False
    return True
