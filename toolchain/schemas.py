"""What each version of Kubernetes accepts: its own OpenAPI description, out of its Go module; nothing is built."""

import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from toolchain import process
from toolchain.cache import Cache, key, remove_tree
from toolchain.errors import UnavailableError
from toolchain.sources import Source, obtain
from toolchain.stages import Stage

_MODULE = "k8s.io/kubernetes"
_FILE = Path("api/openapi-spec/swagger.json")
# 18 MB to fetch, 3 s where a proxy is near.
_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class KubernetesSchema:
    """One version's description; `checksum` is what go.sum would say of the module."""

    version: str
    checksum: str

    def find(self, cache: Cache) -> Path:
        """Return the file; raises `UnavailableError` before `ensure`."""
        folder = cache.find("kubernetes-schema", self._key)
        if folder is None:
            raise UnavailableError(f"the schema of {self.version} is not there yet: planewatch setup --for test")
        return folder / _FILE.name

    def ensure(self, cache: Cache, stage: Stage) -> Path:
        """Return the file, fetching the module when it is not there yet; raises `ToolchainError`."""

        def fetch(folder: Path) -> None:
            stage.note(f"fetching {_MODULE} {self.version}")
            scratch = Path(tempfile.mkdtemp(prefix="planewatch-schema-"))
            try:
                shutil.copy2(self._unpacked(scratch) / _FILE, folder / _FILE.name)
            finally:
                remove_tree(scratch)

        made = obtain(
            f"the schema of Kubernetes {self.version}",
            [Source("its Go module", lambda: cache.make("kubernetes-schema", self._key, fetch, note=stage.note))],
            remedy="install Go, and check that it reaches a module proxy (GOPROXY)",
        )
        return made / _FILE.name

    @property
    def _key(self) -> str:
        return key(self.version, self.checksum)

    def _unpacked(self, scratch: Path) -> Path:
        """Fetch into a module cache of its own: 200 MB of sources are not wanted after that."""
        environment = {"GOMODCACHE": str(scratch), "GOFLAGS": "", "XDG_CONFIG_HOME": os.devnull}
        question = ["go", "mod", "download", "-json", f"{_MODULE}@v{self.version}"]
        answer = process.capture(question, env=environment, timeout=_SECONDS)
        if answer is None:
            raise UnavailableError(f"`{' '.join(question)}` failed")
        said = json.loads(answer)
        if said["Sum"] != self.checksum:
            raise UnavailableError(f"{_MODULE} {self.version} has checksum {said['Sum']}, wanted {self.checksum}")
        return Path(said["Dir"])


OLDEST = KubernetesSchema("1.30.14", "h1:MrlKXh9uhLIJpyxOeXhcndzRVSvwiV9iJ8NgH8nqPsg=")
NEWEST = KubernetesSchema("1.36.3", "h1:qDQdoMiluAE2Eab6Fa52YV+WjiGz9mZFFoagEA6cI+o=")
SCHEMAS = (OLDEST, NEWEST)
