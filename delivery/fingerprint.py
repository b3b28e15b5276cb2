"""What decides the result of `up`, as hashes: equal to those of the last complete `up`, there is nothing to deploy.

Only for programs that ask no provider for data when they run. A fingerprint lies beside the state and is dropped before
anything is deployed, so that a failed or interrupted `up` leaves none.
"""

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from config import yamltext
from config.images import APPS
from delivery.workspace import Workspace
from toolchain.obtain.checkout import Checkout

_PROGRAM = ("Pulumi.yaml", "config", "components", "infra")
_POLICIES = ("policies",)
_COMMANDS = ("delivery", "toolchain")
_LOCKS = ("pyproject.toml", "requirements")
# What the program, the policies and the programs that run them read. Whose secrets they are decides nothing.
_PREFIXES = ("DOCKER_", "PLANEWATCH_", "PULUMI_", "PYTHON")
_NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "KUBECONFIG")
_SECRET = ("PULUMI_ACCESS_TOKEN", "PULUMI_CONFIG_PASSPHRASE")
_SCRIPT_BYTES = 1 << 16


@dataclass(frozen=True, kw_only=True)
class Fingerprint:
    """A hash of each ingredient, by a name for people."""

    parts: Mapping[str, str]

    def with_state(self, state: str) -> "Fingerprint":
        """Return it with the recorded state among the ingredients."""
        return Fingerprint(parts={**self.parts, "recorded state": _hash(state.encode())})

    def changed(self, earlier: "Fingerprint") -> tuple[str, ...]:
        """Name the ingredients that are not what they were."""
        names = self.parts.keys() | earlier.parts.keys()
        return tuple(sorted(name for name in names if self.parts.get(name) != earlier.parts.get(name)))


def take(workspace: Workspace, checkout: Checkout, environ: Mapping[str, str] = os.environ) -> Fingerprint:
    """Hash every ingredient but the recorded state, as it is now."""
    root = workspace.root
    return Fingerprint(
        parts={
            "program": _tree(root, _PROGRAM),
            "policies": _tree(root, _POLICIES),
            "commands": _tree(root, _COMMANDS),
            "apps": _lines(f"{app.name} {app.content_hash(root)}" for app in APPS if (root / app.context).is_dir()),
            "lock files": _tree(root, _LOCKS),
            "configuration": _hash(_settings(workspace.working_file)),
            "toolchain": _lines(_toolchain(checkout)),
            "variables": _lines(variables(environ)),
        }
    )


def _settings(file: Path) -> bytes:
    # As we write it: Pulumi adds its salt to the copy, and quotes and indents all of it in its own way.
    return yamltext.dump(yamltext.load(file.read_text(), strict=False)).encode()


def recall(workspace: Workspace) -> Fingerprint | None:
    """Return the fingerprint of the last complete `up`; None where it was not completed, or there was none."""
    try:
        return Fingerprint(parts=dict(json.loads(_file(workspace).read_text())["parts"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def remember(workspace: Workspace, found: Fingerprint) -> None:
    """Keep the fingerprint of a complete `up`."""
    file = _file(workspace)
    file.parent.mkdir(parents=True, exist_ok=True)
    scratch = file.with_suffix(f".{os.getpid()}.new")
    scratch.write_text(json.dumps({"parts": dict(found.parts)}, indent=1))
    scratch.replace(file)


def forget(workspace: Workspace) -> None:
    """Drop the fingerprint: from here on the stack may be in any state."""
    _file(workspace).unlink(missing_ok=True)


def variables(environ: Mapping[str, str]) -> Iterator[str]:
    """Yield name and value of each variable that may decide the result, sorted."""
    for name in sorted(environ):
        if name not in _SECRET and (name.upper() in _NAMES or name.startswith(_PREFIXES)):
            yield f"{name}={environ[name]}"


def _toolchain(checkout: Checkout) -> Iterator[str]:
    """Yield what tells versions apart: of the interpreter and its packages, the CLI, the plugins."""
    yield sys.version
    for folder in sorted(checkout.python.parent.parent.glob("lib/python*/site-packages")):
        yield from sorted(entry.name for entry in folder.glob("*.dist-info"))
    ready = checkout.recall()
    yield repr(ready)
    if ready.pulumi:
        yield from _program(Path(ready.pulumi))
    if ready.pulumi_home:
        for path in sorted(Path(ready.pulumi_home, "plugins").glob("resource-*/*")):
            yield from _program(path)


def _program(path: Path) -> Iterator[str]:
    """Yield what a program is: a script by its content, a large binary by size and time of its last change."""
    if not path.is_file():
        return
    found = path.stat()
    told = _hash(path.read_bytes()) if found.st_size < _SCRIPT_BYTES else f"{found.st_size} {found.st_mtime_ns}"
    yield f"{path} {told}"


def _tree(root: Path, names: Iterable[str]) -> str:
    return _lines(
        f"{path.relative_to(root)} {_hash(path.read_bytes())}" for name in names for path in _files(root / name)
    )


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    elif path.is_dir() and path.name != "__pycache__":
        for entry in sorted(path.iterdir()):
            yield from _files(entry)


def _lines(lines: Iterable[str]) -> str:
    return _hash("\n".join(lines).encode())


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _file(workspace: Workspace) -> Path:
    return workspace.state / "fingerprints" / f"{workspace.stack}.json"
