"""The environment under which plain `pulumi` and the test tools work in a checkout, as an earlier `ensure` left it."""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from toolchain.obtain.cache import Cache, key


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """What `ensure` obtained, remembered per checkout: paths are absolute, empty where a part was not wanted."""

    pulumi: str = ""
    pulumi_version: str = ""
    pulumi_origin: str = ""
    pulumi_home: str = ""
    stand_in: bool = False
    docker_host: str = ""
    bin_dirs: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Checkout:
    """The part of the cache that belongs to one checkout, because programs in it start that checkout's Python."""

    cache: Cache
    root: Path

    @property
    def folder(self) -> Path:
        """Where the checkout's own things lie in the cache."""
        return self.cache.root / "checkouts" / key(str(self.root.resolve()))

    @property
    def bin_dir(self) -> Path:
        """Programs that come first on PATH."""
        return self.folder / "bin"

    @property
    def python(self) -> Path:
        """The checkout's interpreter; ours when there is no .venv (tests, other installations)."""
        own = self.root.resolve() / ".venv" / "bin" / "python"
        return own if own.is_symlink() or own.exists() else Path(sys.executable)

    def recall(self) -> Ready:
        """Read what the last `ensure` obtained; an empty answer if there was none."""
        try:
            known = json.loads((self.folder / "ready.json").read_text())
            known["bin_dirs"] = tuple(known["bin_dirs"])
            known["environment"] = ()
            return Ready(**known)
        except (OSError, ValueError, TypeError, KeyError):
            return Ready()

    def remember(self, ready: Ready) -> None:
        """Keep what was obtained for the next `recall`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        scratch = self.folder / f"ready.{os.getpid()}.json"
        scratch.write_text(json.dumps(asdict(ready), indent=1))
        scratch.rename(self.folder / "ready.json")


def environment(root: Path, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the variables to lay over `environ`."""
    return variables(Checkout(Cache.of(environ), root), environ)


def variables(checkout: Checkout, environ: Mapping[str, str]) -> dict[str, str]:
    """Compute the variables from what the checkout remembers."""
    ready = checkout.recall()
    ours = [*ready.bin_dirs, str(checkout.python.parent)]
    rest = [part for part in environ.get("PATH", "").split(os.pathsep) if part and part not in ours]
    result = {"PATH": os.pathsep.join([*ours, *rest]), "PULUMI_SKIP_UPDATE_CHECK": "true"}
    if ready.pulumi_home:
        result["PULUMI_HOME"] = ready.pulumi_home
    if ready.stand_in:
        # Else the engine asks the network for newer plugins, and waits.
        result["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] = "true"
        result["PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK"] = "true"
    if ready.docker_host and "DOCKER_HOST" not in environ:
        result["DOCKER_HOST"] = ready.docker_host
    return result


def with_environment(ready: Ready, checkout: Checkout, environ: Mapping[str, str]) -> Ready:
    """Complete a `Ready` with the variables for child processes."""
    return replace(ready, environment=tuple(variables(checkout, environ).items()))
