"""The real Pulumi CLI on a stack of a test's own: own name, own stack file, own state."""

import json
import os
import secrets
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config import yamltext
from delivery.outputs import Outputs
from delivery.workspace import PROJECT, Workspace
from tests.harness.settings import Settings
from tests.harness.waiting import wait_until

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
    """A stack in ``folder``, made by ``write``, worked on by the CLI as ``make`` does it. ``runs`` keeps all output.

    ``variables`` are environment variables that only this stack's commands see.
    """

    name: str
    folder: Path
    root: Path = ROOT
    variables: Mapping[str, str] = field(default_factory=dict)
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
        workspace.stack_file.write_text(yamltext.dump(document))
        workspace.prepare()

    def select(self) -> None:
        """Make the stack if it is not there."""
        self.pulumi(
            "-C", str(self.workspace.project), "stack", "select", "--create", self.name, on_stack=False
        ).succeeded()

    def set_secret(self, key: str, value: str) -> None:
        """Put a secret into the working copy of the stack file, as a deployer does; ``key`` may be a path in one."""
        path = ("--path",) if "." in key else ()
        self.pulumi("config", "set", "--secret", *path, f"{PROJECT}:{key}", value).succeeded()

    def up(self, settings: Settings | None = None) -> Run:
        """Deploy, checked against the policies; ``settings`` replace the stack file first."""
        if settings is not None:
            self.write(settings)
        return self.pulumi("up", "--yes", "--skip-preview", "--policy-pack", "policies")

    def preview(self, settings: Settings | None = None) -> Run:
        """Show what ``up`` would do; ``settings`` replace the stack file first."""
        if settings is not None:
            self.write(settings)
        return self.pulumi("preview", "--policy-pack", "policies")

    def interrupted_up(self, settings: Settings, when: Callable[[], bool], *, by: signal.Signals) -> Run:
        """Begin to deploy ``settings`` and, once ``when`` is true, send ``by`` as a terminal does: to all processes."""
        self.write(settings)
        command = ["pulumi", "up", "--yes", "--skip-preview", "--stack", self.name, "--non-interactive"]
        return self._interrupted(command, self._environment(on_stack=True), when, by=by)

    def _interrupted(
        self, command: Sequence[str], environment: Mapping[str, str], when: Callable[[], bool], *, by: signal.Signals
    ) -> Run:
        """Run a command in a session of its own and send ``by`` to all its processes once ``when`` is true."""
        started = time.monotonic()
        with subprocess.Popen(
            command,
            cwd=self.root,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as process:
            wait_until(when, within_s=_TIMEOUT_S, what="the moment to interrupt", every_s=0.1)
            os.killpg(process.pid, by)
            text, _ = process.communicate(timeout=_TIMEOUT_S)
        run = Run(command=" ".join(command), code=process.returncode, text=text, seconds=time.monotonic() - started)
        self.runs.append(run)
        return run

    def planned(self, settings: Settings) -> dict[str, str]:
        """Return what ``up`` with ``settings`` would do: resource name → operation, without those that stay."""
        self.write(settings)
        run = self.pulumi("preview", "--json", "--policy-pack", "policies", merge=False).succeeded()
        found = {step["urn"].rpartition("::")[2]: step["op"] for step in json.loads(run.text)["steps"]}
        return {name: operation for name, operation in found.items() if operation not in ("same", "read")}

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
        if on_stack:
            arguments = (*arguments, "--stack", self.name)
        command = ["pulumi", *arguments, "--non-interactive", "--color", "never"]
        return self._run(command, self._environment(on_stack=on_stack), merge=merge)

    def _run(self, command: Sequence[str], environment: Mapping[str, str], *, merge: bool) -> Run:
        """Run a command to its end and note what it said."""
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

    def _environment(self, *, on_stack: bool) -> dict[str, str]:
        # The tests' own backend and passphrase, whatever the person who runs them uses.
        own = {key: value for key, value in os.environ.items() if key != "PULUMI_CONFIG_PASSPHRASE"}
        file = {"PULUMI_OPTION_CONFIG_FILE": str(self.workspace.working_file)} if on_stack else {}
        return {**own, **self.workspace.variables({}), **file, **self.variables}
