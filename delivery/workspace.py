"""Where a stack's state and configuration live, and the environment in which plain Pulumi works on it.

Pulumi writes salts and secrets into stack files. The tracked ones in ``stacks/`` are never written: each command
copies the stack's file into ``.state/project/`` and hands Pulumi the copy.
"""

import os
import secrets
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

import toolchain
from config import yamltext
from delivery.errors import CommandError

PROJECT = "planewatch"
# The folders of stack files and of state, where they are not the checkout's own.
STACKS_VARIABLE, STATE_VARIABLE = "PLANEWATCH_STACKS", "PLANEWATCH_STATE"
# What Pulumi itself writes into a stack file to say how secrets are encrypted.
_ENCRYPTION_KEYS = ("secretsprovider", "encryptionsalt", "encryptedkey")
_PASSPHRASE_BYTES = 32


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """A checkout, a stack, and two folders: ``stacks`` is the deployer's, ``state`` is ours; both absolute."""

    root: Path
    stack: str
    stacks: Path
    state: Path

    @classmethod
    def of(cls, root: Path, stack: str, *, stacks: Path | None = None, state: Path | None = None) -> "Workspace":
        """Return the workspace of a stack, in the checkout's own folders unless others are given.

        Raises `CommandError` where ``stacks`` is no folder, or ``state`` a file.
        """
        if state is not None and state.exists() and not state.is_dir():
            raise CommandError(f"the folder for state is a file: {state}", remedy=f"correct --state ({STATE_VARIABLE})")
        if stacks is not None and not stacks.is_dir():
            raise CommandError(
                f"the folder of stack files does not exist: {stacks}",
                remedy=f"create it with a Pulumi.{stack}.yaml in it, or correct --stacks ({STACKS_VARIABLE})",
            )
        return cls(
            root=root,
            stack=stack,
            stacks=(stacks or root / "stacks").absolute(),
            state=(state or root / ".state").absolute(),
        )

    def command(self, verb: str) -> str:
        """Return the command line that does ``verb`` (`up`, `down`) on this stack, for people to copy."""
        own = ("stacks", self.stacks, self.root / "stacks"), ("state", self.state, self.root / ".state")
        folders = [f" --{name} {shlex.quote(str(folder))}" for name, folder, usual in own if folder != usual]
        return f"planewatch {verb} -s {self.stack}{''.join(folders)}" if folders else f"make {verb} STACK={self.stack}"

    @property
    def delete_data(self) -> str:
        """The command line that destroys the stack with its data volumes."""
        plain = self.command("down")
        return f"{plain} DATA=delete" if plain.startswith("make") else f"{plain} --data delete"

    @property
    def stack_file(self) -> Path:
        """What the deployer wrote."""
        return self.stacks / f"Pulumi.{self.stack}.yaml"

    @property
    def project(self) -> Path:
        """A folder that Pulumi may write stack files into."""
        return self.state / "project"

    @property
    def working_file(self) -> Path:
        """The copy that Pulumi reads and writes."""
        return self.project / self.stack_file.name

    def prepare(self) -> None:
        """Make the folders, the passphrase and a fresh working copy; raises `CommandError` without a stack file."""
        self.sync()
        self.establish()

    def establish(self) -> None:
        """Make the folders and the passphrase, which every stack in them shares."""
        self.project.mkdir(parents=True, exist_ok=True)
        if not (self.project / "Pulumi.yaml").exists():
            (self.project / "Pulumi.yaml").write_text(f"name: {PROJECT}\nruntime: python\n")
        (self.state / "backend").mkdir(parents=True, exist_ok=True)
        if not self.passphrase.exists():
            descriptor = os.open(self.passphrase, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(_PASSPHRASE_BYTES))

    @property
    def passphrase(self) -> Path:
        """The generated passphrase of the local backend's secrets."""
        return self.state / "passphrase"

    def sync(self, instead: Mapping[str, str] | None = None) -> None:
        """Bring the working copy up to date with the stack file; ``instead`` are settings for the next command only."""
        if not self.stack_file.exists():
            known = stack_names(self.stacks)
            raise CommandError(
                f"there is no stack {self.stack!r}: {self.stack_file} does not exist",
                remedy=f"create it, or use one of: {', '.join(known)}" if known else "create it",
            )
        self.project.mkdir(parents=True, exist_ok=True)
        merged = merge(
            _read(self.stack_file), _read(self.working_file, strict=False) if self.working_file.exists() else {}
        )
        if instead:
            own = {f"{PROJECT}:{key}": value for key, value in instead.items()}
            merged["config"] = (merged.get("config") or {}) | own
        scratch = self.working_file.with_suffix(".new")
        scratch.write_text(yamltext.dump(merged))
        scratch.replace(self.working_file)

    def variables(self, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
        """Return the variables under which `pulumi` works on this stack; a backend of the user's stays theirs."""
        result = toolchain.environment(self.root)
        if self.stacks != self.root / "stacks":
            result[STACKS_VARIABLE] = str(self.stacks)  # the program names the file in its errors
        if self.state != self.root / ".state":
            result[STATE_VARIABLE] = str(self.state)
        if not (environ.get("PULUMI_BACKEND_URL") or environ.get("PULUMI_ACCESS_TOKEN")):
            result["PULUMI_BACKEND_URL"] = (self.state / "backend").as_uri()
        if not (environ.get("PULUMI_CONFIG_PASSPHRASE") or environ.get("PULUMI_CONFIG_PASSPHRASE_FILE")):
            result["PULUMI_CONFIG_PASSPHRASE_FILE"] = str(self.passphrase)
        if "KUBECONFIG" not in environ and (found := cluster_kubeconfig(environ)):
            result["KUBECONFIG"] = found
        return result

    def kubectl_environment(self) -> dict[str, str]:
        """Return the environment of kubectl: the toolchain's, and the kubeconfig that the stack file names."""
        environment = {**os.environ, **self.variables()}
        config = yamltext.config_of(self.working_file)
        kubernetes = config.get(f"{PROJECT}:kubernetes")
        kubeconfig = kubernetes.get("kubeconfig") if isinstance(kubernetes, dict) else None
        if isinstance(kubeconfig, str):
            environment["KUBECONFIG"] = str(Path(kubeconfig).expanduser())
        return environment


def stack_names(folder: Path) -> list[str]:
    """Return the names of the stacks that have a file in ``folder``."""
    return sorted(path.name.split(".")[1] for path in folder.glob("Pulumi.*.yaml"))


def cluster_kubeconfig(environ: Mapping[str, str]) -> str | None:
    """Return where the cluster that `make cluster` made is described, or None."""
    from toolchain.obtain.cache import Cache  # noqa: PLC0415

    cache = Cache.of(environ)
    if not (cache.root / "cluster").is_dir():
        return None
    from toolchain.cluster.layout import DEFAULT_NAME, folder_of  # noqa: PLC0415  brings docker along, 0.4 s

    path = folder_of(cache, DEFAULT_NAME) / "kubeconfig"
    return str(path) if path.exists() else None


def merge(wanted: dict[str, Any], working: dict[str, Any]) -> dict[str, Any]:
    """Return ``wanted`` (a stack file) with what only the working copy has: encryption, and secrets set there."""
    result = dict(wanted)
    for key in _ENCRYPTION_KEYS:
        if key in working and not any(own in wanted for own in _ENCRYPTION_KEYS):
            result[key] = working[key]
    if config := _with_secrets(wanted.get("config") or {}, working.get("config") or {}):
        result["config"] = config
    return result


def _with_secrets(wanted: dict[str, Any], working: dict[str, Any]) -> dict[str, Any]:
    """Return ``wanted`` with the secrets that only ``working`` has, wherever they are."""
    found = {key: kept for key, value in working.items() if key not in wanted and (kept := _secrets_of(value))}
    for key, value in wanted.items():
        other = working.get(key)
        found[key] = _with_secrets(value, other) if isinstance(value, dict) and isinstance(other, dict) else value
    return found


def _secrets_of(value: object) -> dict[str, Any]:
    """Return a value without all that is no secret; empty if nothing is left."""
    if not isinstance(value, dict) or yamltext.is_secret(value):
        return value if isinstance(value, dict) else {}
    return {key: kept for key, below in value.items() if (kept := _secrets_of(below))}


def _read(path: Path, *, strict: bool = True) -> dict[str, Any]:
    try:
        document = yamltext.load(path.read_text(), strict=strict) or {}
    except yamltext.DuplicateKeyError as error:
        raise CommandError(f"{path}: {error}", remedy="keep one of the two") from error
    except yamltext.MisreadError as error:
        raise CommandError(f"{path}:\n{error}", remedy="write these values as each line says") from error
    except yaml.YAMLError as error:
        raise CommandError(f"{path} is not YAML: {yamltext.problem(error)}", remedy="fix the YAML") from error
    if not isinstance(document, dict):
        raise CommandError(f"{path} holds {type(document).__name__}, not a mapping", remedy="start it with `config:`")
    return document
