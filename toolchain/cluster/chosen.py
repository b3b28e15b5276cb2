"""The cluster that the user chose: a context of a kubeconfig."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml

from toolchain.obtain.errors import UnavailableError

CONTEXT_VARIABLE = "PLANEWATCH_KUBE_CONTEXT"
ANSWER_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A context that the user chose: `kubeconfig` may be several paths, joined as in KUBECONFIG."""

    kubeconfig: str
    context: str
    server: str


def chosen(environ: Mapping[str, str], *, ours: Path | None = None) -> Chosen | None:
    """Return the user's context: PLANEWATCH_KUBE_CONTEXT, else the current one of KUBECONFIG; None without either.

    A KUBECONFIG that leads to a cluster of our own (its file lies under `ours`) is no choice of another one.
    Raises `UnavailableError` when the named context is not in the kubeconfig.
    """
    paths = environ.get("KUBECONFIG", "")
    name = environ.get(CONTEXT_VARIABLE, "")
    if not name and not paths:
        return None
    if paths and ours is not None and Path(paths).absolute().is_relative_to(ours):
        return None
    files = paths or str(Path.home() / ".kube" / "config")
    contexts: dict[str, str] = {}
    servers: dict[str, str] = {}
    current = ""
    for path in files.split(os.pathsep):
        content = _read(Path(path).expanduser()) if path else {}
        # As kubectl merges: the first file that says something wins.
        current = current or str(content.get("current-context") or "")
        for one in content.get("contexts") or ():
            contexts.setdefault(one["name"], one["context"]["cluster"])
        for one in content.get("clusters") or ():
            servers.setdefault(one["name"], one["cluster"].get("server", ""))
    wanted = name or current
    if not wanted:
        return None
    if wanted not in contexts:
        known = ", ".join(sorted(contexts)) or "none"
        raise UnavailableError(f"there is no context {wanted!r} in {files} (contexts: {known})")
    return Chosen(kubeconfig=files, context=wanted, server=servers.get(contexts[wanted], ""))


def _read(path: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(path.read_text())
    except FileNotFoundError:
        return {}
    except (OSError, yaml.YAMLError) as error:
        raise UnavailableError(f"{path} cannot be read: {str(error).splitlines()[0]}") from error
    return content if isinstance(content, dict) else {}


def answers(one: Chosen) -> bool:
    """Return whether the API server answers at all (also by refusing somebody without credentials)."""
    try:
        # Only whether something speaks HTTPS there: no secret is sent, so the certificate does not matter.
        httpx.get(f"{one.server}/version", verify=False, timeout=ANSWER_SECONDS)  # noqa: S501
    except httpx.HTTPError:
        return False
    return True
