"""An example on the real CLI: its own project, its own environment with the wheel in it, its own state."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from tests.harness.foreign import ForeignEnvironment
from tests.harness.projects import Machine
from tests.harness.pulumi import ROOT
from toolchain.obtain.stand_ins import OFFLINE_ENVIRONMENT, install

_TIMEOUT_S = 300


@dataclass(frozen=True, kw_only=True)
class Example:
    """A copy of an example in ``folder`` with a stack; ``variables`` are set for its commands."""

    folder: Path
    machine: Machine
    stack: str
    variables: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def make(
        cls,
        name: str,
        stack: str,
        scratch: Path,
        config: Mapping[str, object],
        variables: Mapping[str, str] = {},
        *,
        installed: bool = False,
    ) -> Self:
        """Copy the example, make its environment, and make a stack with this configuration.

        With ``installed``, dependencies come from the package index, else from this project's own environment.
        """
        folder = scratch / name
        shutil.copytree(ROOT / "examples" / name, folder, ignore=shutil.ignore_patterns(".venv", "Pulumi.*.yaml"))
        make = ForeignEnvironment.install if installed else ForeignEnvironment.make
        foreign = make(folder / ".venv", scratch)
        (scratch / "machine").mkdir()
        machine = Machine.prepare(scratch / "machine")
        # The program runs in its own environment, in which the stand-in of the language host is a guest: it finds
        # itself by a folder that holds the toolchain and nothing else of the checkout.
        install(machine.home, machine.bin_dir, foreign.python, names=())
        (scratch / "guest").mkdir()
        (scratch / "guest" / "toolchain").symlink_to(ROOT / "toolchain")
        (scratch / "state").mkdir()
        example = cls(folder=folder, machine=machine, stack=stack, variables=variables)
        example.pulumi("stack", "init", stack)
        for key, value in config.items():
            example.pulumi("config", "set", key, str(value), "--stack", stack)
        return example

    def pulumi(self, *arguments: str) -> str:
        """Run the CLI in the example's folder; it must succeed. Returns what it printed."""
        command = [str(self.machine.bin_dir / "pulumi"), *arguments, "--non-interactive", "--color", "never"]
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=_TIMEOUT_S,
        )
        assert done.returncode == 0, f"{' '.join(command)}:\n{done.stdout}"
        return done.stdout

    def up(self) -> dict[str, Any]:
        """Deploy; returns the outputs."""
        self.pulumi("up", "--yes", "--skip-preview", "--stack", self.stack)
        found: dict[str, Any] = json.loads(self.pulumi("stack", "output", "--json", "--stack", self.stack))
        return found

    def unchanged(self) -> None:
        """Assert that a preview has nothing to do."""
        self.pulumi("preview", "--expect-no-changes", "--diff", "--stack", self.stack)

    def destroy(self) -> None:
        """Destroy everything of the stack."""
        self.pulumi("destroy", "--yes", "--skip-preview", "--stack", self.stack)

    def types(self) -> list[str]:
        """Return the types of the recorded resources."""
        state = json.loads(self.pulumi("stack", "export", "--stack", self.stack))
        return [resource["type"] for resource in state["deployment"].get("resources", [])]

    @property
    def _environment(self) -> dict[str, str]:
        scratch = self.folder.parent
        return {
            **os.environ,
            **OFFLINE_ENVIRONMENT,
            "PATH": f"{self.machine.bin_dir}{os.pathsep}{os.environ['PATH']}",
            "PULUMI_HOME": str(self.machine.home),
            "PULUMI_BACKEND_URL": (scratch / "state").as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "correct horse",
            "PYTHONPATH": str(scratch / "guest"),
            **self.variables,
        }
