"""Runs the Pulumi CLI on a workspace."""

import os
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from docker.errors import DockerException
from rich.console import Console

from delivery import diagnosis, recovery
from delivery.aws.account import Account
from delivery.errors import CommandError
from delivery.workspace import Workspace

_NOTES = Console(stderr=True, highlight=False)


def _note(text: str) -> None:
    _NOTES.print(f"note: {text}", soft_wrap=True, markup=False)


@dataclass(frozen=True, kw_only=True)
class Engine:
    """The CLI as it works on one stack. Methods return the CLI's exit code and leave its output on the terminal."""

    workspace: Workspace

    def select(self) -> int:
        """Make the stack if the backend does not have it; the folder keeps the salt out of tracked files."""
        if recovery.is_made(self._environment().get("PULUMI_BACKEND_URL", ""), self.workspace.stack):
            return 0
        command = ["stack", "select", "--create", self.workspace.stack, "--non-interactive"]
        return self._run(["-C", str(self.workspace.project), *command], stdout=subprocess.DEVNULL)

    def preview(self) -> int:
        """Show what an update would do, held against the policies."""
        return self._advised(["preview", "--policy-pack", "policies", *self._stack])

    def up(self) -> int:
        """Deploy, held against the policies."""
        return self._recover() or self._advised(["up", "--yes", "--policy-pack", "policies", *self._stack])

    def destroy(self, *, run_program: bool) -> int:
        """Destroy the stack. With ``run_program`` what the program says now decides what is kept, not the state."""
        options = ["--run-program"] if run_program else []
        return self._recover() or self._advised(["destroy", "--yes", *options, *self._stack])

    def set_config(self, key: str, value: str) -> int:
        """Set a value in the working copy."""
        return self._run(["config", "set", key, value, *self._stack])

    def outputs(self) -> str:
        """Return the stack's outputs as JSON; raises ``subprocess.CalledProcessError`` with what the CLI said."""
        command = ["pulumi", "stack", "output", "--json", *self._stack]
        return subprocess.run(
            command, cwd=self.workspace.root, env=self._environment(), check=True, capture_output=True, text=True
        ).stdout

    def _recover(self) -> int:
        """Make room after a command that was killed; what it leaves behind would stop the next one."""
        environment = self._environment()
        recovery.remove_stale_locks(environment.get("PULUMI_BACKEND_URL", ""), self.workspace.stack, _note)
        state = self.state()
        operations = recovery.pending_operations(state)
        taken_back = self._taken_back(state)
        if not operations and taken_back is None:
            return 0
        try:
            recovery.remove_half_made(operations, self.workspace.stack, _note, environment)
        except DockerException as error:
            raise CommandError(
                f"cannot remove what a killed command left half made: {error}",
                remedy="see that the Docker engine answers, then run the command again",
            ) from error
        if taken_back is not None and taken_back != state and (code := self._write(taken_back)):
            return code
        return self._run(["refresh", "--yes", "--skip-preview", "--clear-pending-creates", *self._stack])

    def _taken_back(self, state: str) -> str | None:
        """Return the state with what AWS has of it by now; None where nothing was left unfinished there."""
        account = Account.of(self.workspace.stack, self.workspace.working_file)
        if account is None:
            return None
        from delivery.aws import half_made  # noqa: PLC0415  boto3 takes 0.3 s, and other platforms do without

        return half_made.take_back(state, account, _note) if half_made.is_unfinished(state) else None

    def _write(self, state: str) -> int:
        """Put a state (JSON) in the place of the one there is."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "state.json"
            file.write_text(state)
            return self._run(["stack", "import", "--file", str(file), *self._stack], stdout=subprocess.DEVNULL)

    def state(self) -> str:
        """Return the state as JSON; an empty one when it cannot be read, which the command itself reports better."""
        command = ["pulumi", "stack", "export", *self._stack]
        done = subprocess.run(
            command, cwd=self.workspace.root, env=self._environment(), check=False, capture_output=True, text=True
        )
        return done.stdout if done.returncode == 0 else recovery.EMPTY_STATE

    @property
    def _stack(self) -> list[str]:
        return ["--stack", self.workspace.stack, "--non-interactive"]

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            **self.workspace.variables(),
            "PULUMI_OPTION_CONFIG_FILE": str(self.workspace.working_file),
            # Without it the CLI knows no log of events; Pulumi's own Automation API sets it too.
            "PULUMI_DEBUG_COMMANDS": "true",
        }

    def _advised(self, arguments: Sequence[str]) -> int:
        """Run, and say after a failure what to do where the words of the plugin or of AWS do not say it."""
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "events.json"
            code = self._run([*arguments, "--event-log", str(log)])
            if code:
                for said in diagnosis.advice(log, Account.of(self.workspace.stack, self.workspace.working_file)):
                    _NOTES.print(f"what to do: {said}", soft_wrap=True, markup=False)
        return code

    def _run(self, arguments: Sequence[str], *, stdout: int | None = None) -> int:
        environment = self._environment()
        if "-C" in arguments:
            del environment["PULUMI_OPTION_CONFIG_FILE"]
        with subprocess.Popen(
            ["pulumi", *arguments], cwd=self.workspace.root, env=environment, stdout=stdout
        ) as process:
            while True:
                try:
                    return process.wait()
                except KeyboardInterrupt:
                    # The terminal interrupts the CLI too; it ends what it is doing and saves the state.
                    continue
