"""Build a program from a Go module cache or proxy: our own go.mod and go.sum pin what goes into it."""

import json
import os
import platform
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from toolchain.obtain import process
from toolchain.obtain.cache import Cache, key
from toolchain.obtain.errors import UnavailableError

_SOURCES = Path(__file__).parent / "go"
# What the newest modules ask for: kube-router, metrics-server, Thanos.
GO_NEEDED = (1, 26)
# Changing any of these compiles everything again. No `go mod tidy`: it wants modules that closed mirrors lack.
GO_ENVIRONMENT = {"CGO_ENABLED": "0", "GOFLAGS": "-mod=mod -trimpath -buildvcs=false"}
# Changes nothing in the result: the compiler collects garbage less often, for more memory.
_FASTER = {"GOGC": "400"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How one set of programs is built: `programs` maps the file name to its Go package.

    `sources` is the folder that holds one folder per recipe, with its go.mod and go.sum.
    """

    name: str
    version: str
    programs: tuple[tuple[str, str], ...]
    minutes: int
    tags: str = ""
    ldflags: str = "-s -w"
    sources: Path = _SOURCES

    @property
    def source(self) -> Path:
        """The folder with this recipe's go.mod, go.sum and, where it has one, main program."""
        return self.sources / self.name

    def key(self, goarch: str, goos: str = "linux") -> str:
        """Hash everything that shapes the result, the pinned sources included."""
        parts = [self.name, repr(self.programs), self.tags, self.ldflags, goos, goarch]
        parts.append(repr(sorted(GO_ENVIRONMENT.items())))
        folder = self.source
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            parts += [path.relative_to(folder).as_posix(), path.read_text()]
        return key(*parts)


_COMMON = "-s -w -X github.com/prometheus/common/version.Version"
PULUMI = Recipe(
    name="pulumi",
    version="3.259.0",
    programs=(("pulumi", "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"),),
    minutes=5,
    ldflags="-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.259.0",
)
PROMETHEUS = Recipe(
    name="prometheus",
    version="3.13.0",
    programs=(
        ("prometheus", "github.com/prometheus/prometheus/cmd/prometheus"),
        ("promtool", "github.com/prometheus/prometheus/cmd/promtool"),
    ),
    minutes=4,
    # Only the discovery that planewatch uses: 72 MB instead of 96 MB, and quicker to build.
    tags="remove_all_sd,enable_kubernetes_sd,enable_dns_sd",
    ldflags=f"{_COMMON}=3.13.0",
)
ALERTMANAGER = Recipe(
    name="alertmanager",
    version="0.31.1",
    programs=(
        ("alertmanager", "github.com/prometheus/alertmanager/cmd/alertmanager"),
        ("amtool", "github.com/prometheus/alertmanager/cmd/amtool"),
    ),
    minutes=2,
    ldflags=f"{_COMMON}=0.31.1",
)
THANOS = Recipe(
    name="thanos",
    version="0.42.0",
    programs=(("thanos", "github.com/thanos-io/thanos/cmd/thanos"),),
    minutes=4,
    # The default representation of labels panics in this version's store API.
    tags="slicelabels",
    ldflags=f"{_COMMON}=0.42.0",
)
COLLECTOR = Recipe(name="collector", version="0.158.0", programs=(("otelcol-contrib", "."),), minutes=4)


def host_arch() -> str:
    """Return this machine's architecture in Go's and Docker's words."""
    machine = platform.machine().lower()
    return {"x86_64": "amd64", "aarch64": "arm64"}.get(machine, machine)


def go_version() -> tuple[int, int] | None:
    """Return (major, minor) of the Go on PATH, None without one."""
    # Even this question would write usage counters into the user's configuration folder.
    answer = process.capture(["go", "version"], env={"XDG_CONFIG_HOME": os.devnull})
    match = re.search(r"\bgo(\d+)\.(\d+)", answer or "")
    return (int(match[1]), int(match[2])) if match else None


def host_os() -> str:
    """Return this machine's operating system in Go's words."""
    return platform.system().lower()


def build(cache: Cache, recipe: Recipe, *, goarch: str, note: Callable[[str], None], goos: str = "linux") -> Path:
    """Return the cache folder with the recipe's static programs, building them if they are not there yet.

    Raises `UnavailableError` when Go is missing or too old, or the build fails.
    """
    recipe_key = recipe.key(goarch, goos)
    if found := cache.find(recipe.name, recipe_key):
        return found
    have = go_version()
    if have is None or have < GO_NEEDED:
        what = "`go` is not on PATH" if have is None else f"the Go on PATH is {have[0]}.{have[1]}"
        raise UnavailableError(f"{what}; building needs Go {GO_NEEDED[0]}.{GO_NEEDED[1]} or newer")

    def compile_into(folder: Path) -> None:
        # One at a time on a machine: a build uses every core by itself, and two need twice the memory.
        with cache.lock("go-build", note=lambda _: note("waiting for another build")):
            compile_alone(folder)

    def compile_alone(folder: Path) -> None:
        note(f"building {recipe.name} {recipe.version} from Go modules (about {recipe.minutes} min on 2 idle cores)")
        log = cache.log(f"go-{recipe.name}")
        with tempfile.TemporaryDirectory(prefix="planewatch-go-") as scratch:
            # A copy, because -mod=mod may rewrite go.mod and go.sum.
            source = Path(shutil.copytree(recipe.source, Path(scratch) / "source"))
            output = Path(scratch) / "out"
            output.mkdir()
            environ = {**GO_ENVIRONMENT, **_FASTER, "GOOS": goos, "GOARCH": goarch}
            flags = ["-tags", recipe.tags] if recipe.tags else []
            for name, package in recipe.programs:
                command = ["go", "build", *flags, "-ldflags", recipe.ldflags, "-o", str(output / name), package]
                process.run(command, cwd=source, env=environ, log=log)
            for name, _ in recipe.programs:
                shutil.move(output / name, folder / name)

    return cache.make(recipe.name, recipe_key, compile_into, note=note)


def module_folder(module: str, *, log: Path, cwd: Path | None = None) -> Path:
    """Return where the sources of `module@version` lie, downloaded if need be; raises `UnavailableError`."""
    command = ["go", "mod", "download"]
    process.run([*command, module], cwd=cwd, env=GO_ENVIRONMENT, log=log)
    said = process.capture([*command, "-json", module], env=GO_ENVIRONMENT)
    if said is None:
        raise UnavailableError(f"the sources of {module} are missing from the module cache", log=log)
    return Path(json.loads(said)["Dir"])


def runs_here(goarch: str) -> bool:
    """Return whether a Linux program of that architecture starts on this machine."""
    return host_os() == "linux" and goarch == host_arch()
