"""What clusters accept: descriptions of Kubernetes and of what is added to it, out of Go modules; nothing is built."""

import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from toolchain.obtain import process
from toolchain.obtain.cache import Cache, key, remove_tree
from toolchain.obtain.errors import UnavailableError
from toolchain.obtain.sources import Source, obtain
from toolchain.obtain.stages import Stage

# 18 MB to fetch for Kubernetes, 3 s where a proxy is near.
_SECONDS = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """A ``file`` of one version of a Go module; `checksum` is what go.sum would say of the module.

    ``name`` is what the cache calls it, ``what`` what people do.
    """

    name: str
    what: str
    module: str
    file: str
    version: str
    checksum: str

    @property
    def title(self) -> str:
        """What it is the schema of, with its version."""
        return f"{self.what} {self.version}"

    def find(self, cache: Cache) -> Path:
        """Return the file; raises `UnavailableError` before `ensure`."""
        folder = cache.find(self.name, self._key)
        if folder is None:
            raise UnavailableError(f"the schema of {self.title} is not there yet: planewatch setup --for test")
        return folder / Path(self.file).name

    def ensure(self, cache: Cache, stage: Stage) -> Path:
        """Return the file, fetching the module when it is not there yet; raises `ToolchainError`."""

        def fetch(folder: Path) -> None:
            stage.note(f"fetching {self.module} {self.version}")
            scratch = Path(tempfile.mkdtemp(prefix="planewatch-schema-"))
            try:
                # Not copy2: files of the module cache are read-only.
                shutil.copyfile(self._unpacked(scratch) / self.file, folder / Path(self.file).name)
            finally:
                remove_tree(scratch)

        made = obtain(
            f"the schema of {self.title}",
            [Source("its Go module", lambda: cache.make(self.name, self._key, fetch, note=stage.note))],
            remedy="install Go, and check that it reaches a module proxy (GOPROXY)",
        )
        return made / Path(self.file).name

    @property
    def _key(self) -> str:
        return key(self.version, self.checksum)

    def _unpacked(self, scratch: Path) -> Path:
        """Fetch into a module cache of its own: 200 MB of sources are not wanted after that."""
        environment = {"GOMODCACHE": str(scratch), "GOFLAGS": "", "XDG_CONFIG_HOME": os.devnull}
        question = ["go", "mod", "download", "-json", f"{self.module}@v{self.version}"]
        answer = process.capture(question, env=environment, timeout=_SECONDS)
        if answer is None:
            raise UnavailableError(f"`{' '.join(question)}` failed")
        said = json.loads(answer)
        if said["Sum"] != self.checksum:
            raise UnavailableError(f"{self.module} {self.version} has checksum {said['Sum']}, wanted {self.checksum}")
        return Path(said["Dir"])


def kubernetes(version: str, checksum: str) -> Schema:
    """Return the OpenAPI description of a version of Kubernetes."""
    return Schema(
        name="kubernetes-schema",
        what="Kubernetes",
        module="k8s.io/kubernetes",
        file="api/openapi-spec/swagger.json",
        version=version,
        checksum=checksum,
    )


OLDEST = kubernetes("1.30.14", "h1:MrlKXh9uhLIJpyxOeXhcndzRVSvwiV9iJ8NgH8nqPsg=")
NEWEST = kubernetes("1.36.3", "h1:qDQdoMiluAE2Eab6Fa52YV+WjiGz9mZFFoagEA6cI+o=")
SCHEMAS = (OLDEST, NEWEST)
# How a pod's secrets are declared to the driver; AWS's provider 3.1, which config/addons.py pins, brings this version.
SECRET_PROVIDER_CLASS = Schema(
    name="secret-provider-class-schema",
    what="the Secrets Store CSI driver",
    module="sigs.k8s.io/secrets-store-csi-driver",
    file="config/crd/bases/secrets-store.csi.x-k8s.io_secretproviderclasses.yaml",
    version="1.6.0",
    checksum="h1:YpKG/2hJkp3EkRGpH5SPxg1/5AkmeD5pwHNKIlE90FU=",
)
EVERY = (*SCHEMAS, SECRET_PROVIDER_CLASS)
