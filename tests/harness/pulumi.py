"""The real Pulumi CLI on a stack of a test's own: own name, own stack file, own state."""

import os
import secrets
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from delivery.outputs import Outputs
from delivery.workspace import PROJECT, Workspace
from tests.harness.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
_TIMEOUT_S = 600


def stack_name(prefix: str = "e2e") -> str:
    """Return a name that no other run uses (``e2e-1f2e``)."""
    return f"{prefix}-{secrets.token_hex(2)}"


@dataclass(frozen=True, kw_only=True)
class Run:
    """What a command said, on both streams, and how long it took."""

    command: str
    code: int
    text: str
    seconds: float

    def succeeded(self) -> "Run":
        """Return itself; raises AssertionError with everything the command said when it failed."""
        assert self.code == 0, f"{self.command} ended with {self.code}:\n{self.text}"
        return self

    def failed(self) -> "Run":
        """Return itself; raises AssertionError when the command did not fail."""
        assert self.code != 0, f"{self.command} should have failed:\n{self.text}"
        return self


@dataclass(kw_only=True)
class PulumiStack:
    """A stack in ``folder``, made by ``write``, worked on by the CLI as ``make`` does it. ``runs`` keeps all output."""

    name: str
    folder: Path
    root: Path = ROOT
    runs: list[Run] = field(default_factory=list)

    @property
    def workspace(self) -> Workspace:
        """Where the stack's file and state are."""
        return Workspace(root=self.root, stack=self.name, stacks=self.folder / "stacks", state=self.folder / "state")

    def write(self, settings: Settings) -> None:
        """Write the stack file; the next command works with it."""
        workspace = self.workspace
        workspace.stacks.mkdir(parents=True, exist_ok=True)
        document = {"config": {f"{PROJECT}:{key}": value for key, value in settings.items()}}
        workspace.stack_file.write_text(yaml.safe_dump(document, sort_keys=False))
        workspace.prepare()

    def select(self) -> None:
        """Make the stack if it is not there."""
        self.pulumi(
            "-C", str(self.workspace.project), "stack", "select", "--create", self.name, on_stack=False
        ).succeeded()

    def set_secret(self, key: str, value: str) -> None:
        """Put a secret into the working copy of the stack file, as a deployer does."""
        self.pulumi("config", "set", "--secret", f"{PROJECT}:{key}", value).succeeded()

    def up(self, settings: Settings | None = None) -> Run:
        """Deploy, held against the policies; ``settings`` replace the stack file first."""
        if settings is not None:
            self.write(settings)
        return self.pulumi("up", "--yes", "--skip-preview", "--policy-pack", "policies")

    def preview(self, settings: Settings | None = None, *options: str) -> Run:
        """Show what ``up`` would do; ``settings`` replace the stack file first."""
        if settings is not None:
            self.write(settings)
        return self.pulumi("preview", "--policy-pack", "policies", *options)

    def destroy(self, *, delete_data: bool = False) -> Run:
        """Destroy; data volumes stay unless ``delete_data``."""
        if not delete_data:
            return self.pulumi("destroy", "--yes", "--skip-preview")
        self.pulumi("config", "set", f"{PROJECT}:data", "delete").succeeded()
        return self.pulumi("destroy", "--yes", "--skip-preview", "--run-program")

    def outputs(self) -> Outputs:
        """Return the outputs as the product's own model reads them."""
        run = self.pulumi("stack", "output", "--json", merge=False)
        return Outputs.model_validate_json(run.succeeded().text)

    def pulumi(self, *arguments: str, on_stack: bool = True, merge: bool = True) -> Run:
        """Run the CLI; ``merge`` adds what it says on standard error to the text."""
        # The tests' own backend and passphrase, whatever the person who runs them uses.
        own = {key: value for key, value in os.environ.items() if key != "PULUMI_CONFIG_PASSPHRASE"}
        environment = {**own, **self.workspace.variables({})}
        if on_stack:
            environment["PULUMI_OPTION_CONFIG_FILE"] = str(self.workspace.working_file)
            arguments = (*arguments, "--stack", self.name)
        command = ["pulumi", *arguments, "--non-interactive", "--color", "never"]
        started = time.monotonic()
        done = subprocess.run(
            command,
            cwd=self.root,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if merge else subprocess.PIPE,
            text=True,
            check=False,
            timeout=_TIMEOUT_S,
        )
        text = done.stdout if done.returncode == 0 or merge else f"{done.stdout}{done.stderr}"
        run = Run(command=" ".join(command), code=done.returncode, text=text, seconds=time.monotonic() - started)
        self.runs.append(run)
        return run
