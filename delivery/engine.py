"""Runs the Pulumi CLI on a workspace."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config import yamltext
from delivery import planned, recorded
from delivery.aws.account import Account
from delivery.notes import note, say
from delivery.planned import Planned
from delivery.plugins import Plugins
from delivery.unrecorded import Unrecorded
from delivery.workspace import PROJECT, Workspace
from toolchain.obtain.stand_ins import IMPORT_AHEAD

_DOCKER_HOST = "docker:host"
_POLICIES = ("--policy-pack", "policies")
# What the CLI says of a saved plan, which only this module reads and removes again.
_PLAN_NOTES = ("Update plan written to", "Run `pulumi up --plan=")
# Writing the whole state after every step makes creating a stack quadratic in its size.
STATE_AT_THE_END = {"PULUMI_SKIP_CHECKPOINTS": "true"}
# Much of what is done at once is waiting for services to come up or to end, so that the CLI's four per core are few on
# a small machine: the ninth service of a stack waited for one of the first eight.
_AT_ONCE = 16
# Of these everything that a killed command created is found by its label, so it need not be recorded at once.
_LABELLED = frozenset({"docker"})


@dataclass(frozen=True, kw_only=True)
class Previewed:
    """A preview's exit code, and the changes it planned (None when it failed)."""

    code: int
    planned: Planned | None = None


@dataclass(frozen=True, kw_only=True)
class Engine:
    """The CLI as it works on one stack. Methods return the CLI's exit code and leave its output on the terminal."""

    workspace: Workspace
    plugins: Plugins = field(default_factory=Plugins)

    def select(self) -> int:
        """Create the stack unless the backend has it; the folder keeps the salt out of tracked files."""
        path = recorded.checkpoint(self._backend, self.workspace.stack)
        if path is not None and path.is_file():
            return 0
        command = ["stack", "select", "--create", self.workspace.stack, "--non-interactive"]
        return self._run(["-C", str(self.workspace.project), *command], stdout=subprocess.DEVNULL)

    def preview(self) -> int:
        """Show what an update would do, checked against the policies."""
        return self._advised(["preview", *_POLICIES, *self._stack])

    def previewed(self, state: str, *, replace: Iterable[str] = (), refresh: bool = False) -> Previewed:
        """Show what an update of ``state`` would do, checked against the policies, and return it.

        ``replace`` are URNs of resources to replace; with ``refresh`` every resource is read first.
        """
        with tempfile.TemporaryDirectory() as folder:
            plan, log = Path(folder, "plan.json"), Path(folder, "events.json")
            options = [*_POLICIES, *_options(replace, refresh=refresh), "--save-plan", str(plan)]
            code = self._advised(["preview", *options, *self._stack], log=log, hidden=_PLAN_NOTES)
            return Previewed(code=code, planned=None if code else planned.read(state, plan, log))

    def update(self, planned: Planned, *, replace: Iterable[str] = (), refresh: bool = False) -> int:
        """Deploy what was previewed, checked against the policies."""
        options = ["--yes", "--skip-preview", *_POLICIES, *_options(replace, refresh=refresh)]
        return self._recorded_at_the_end(["up", *options, *self._stack], planned.packages)

    def refresh(self, urns: Iterable[str]) -> int:
        """Refresh these resources in the state."""
        targets = [word for urn in urns for word in ("--target", urn)]
        return self._run(["refresh", "--yes", "--skip-preview", *targets, *self._stack])

    def destroy(self, *, run_program: bool, recorded_still: Iterable[str] = ()) -> int:
        """Destroy the stack. With ``run_program`` the program decides what is kept, not the state.

        Resources with the URNs ``recorded_still``, and what they depend on, stay as they are, in the state too.
        """
        if code := self.recover():
            return code
        left = [word for urn in recorded_still for word in ("--exclude", urn)]
        options = ["--yes", "--skip-preview", *(["--run-program"] if run_program else []), *left]
        packages = recorded.packages(recorded.resources(self.state()))
        return self._recorded_at_the_end(["destroy", *options, *self._stack], packages)

    def outputs(self) -> str:
        """Return the stack's outputs as JSON; raises ``subprocess.CalledProcessError`` with the CLI's output."""
        command = ["pulumi", "stack", "output", "--json", *self._stack]
        return subprocess.run(
            command, cwd=self.workspace.root, env=self.environment(), check=True, capture_output=True, text=True
        ).stdout

    def recover(self) -> int:
        """Clean up after a killed command, whose remains would stop the next one."""
        from delivery import recovery  # noqa: PLC0415  brings Docker's client along, 0.3 s

        environment, backend, stack = self.environment(), self._backend, self.workspace.stack
        recovery.remove_stale_locks(backend, stack, note)
        state = self.state()
        unrecorded = Unrecorded.of(self.workspace)
        if (began := unrecorded.began()) and not recovery.is_locked(backend, stack):
            recovery.remove_unrecorded(began, recorded.resources(state), stack, note, environment)
            unrecorded.ended()
        operations = recovery.pending_operations(state)
        adopted = self._adopted(state)
        if not operations and adopted is None:
            return 0
        recovery.remove_pending_creates(operations, stack, note, environment)
        if adopted is not None and adopted != state and (code := self._write(adopted)):
            return code
        return self._run(["refresh", "--yes", "--skip-preview", "--clear-pending-creates", *self._stack])

    def _adopted(self, state: str) -> str | None:
        """Return the state with what AWS has finished by now; None if nothing was unfinished there."""
        account = Account.of(self.workspace.stack, self.workspace.working_file)
        if account is None:
            return None
        from delivery.aws import pending_creates  # noqa: PLC0415  boto3 takes 0.3 s, and other platforms do without

        if not pending_creates.is_unfinished(state):
            return None
        return pending_creates.adopt_pending_creates(state, account, note)

    def _write(self, state: str) -> int:
        """Replace the state (JSON)."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "state.json"
            file.write_text(state)
            return self._run(["stack", "import", "--file", str(file), *self._stack], stdout=subprocess.DEVNULL)

    def state(self) -> str:
        """Return the state as JSON; an empty one when it cannot be read, which the command itself reports better."""
        if (found := recorded.read(self._backend, self.workspace.stack)) is not None:
            return found
        command = ["pulumi", "stack", "export", *self._stack]
        done = subprocess.run(
            command, cwd=self.workspace.root, env=self.environment(), check=False, capture_output=True, text=True
        )
        return done.stdout if done.returncode == 0 else recorded.EMPTY_STATE

    @property
    def _stack(self) -> list[str]:
        return ["--stack", self.workspace.stack, "--non-interactive"]

    @property
    def _backend(self) -> str:
        return self.environment().get("PULUMI_BACKEND_URL", "")

    def environment(self) -> dict[str, str]:
        """Return the variables under which the CLI works on the stack."""
        return {
            "PULUMI_PARALLEL": str(max(_AT_ONCE, 4 * (os.cpu_count() or 1))),
            **os.environ,
            **self.workspace.variables(),
            **self._docker_host(),
            "PULUMI_OPTION_CONFIG_FILE": str(self.workspace.working_file),
            # Without it the CLI knows no log of events; Pulumi's own Automation API sets it too.
            "PULUMI_DEBUG_COMMANDS": "true",
        }

    def _docker_host(self) -> dict[str, str]:
        """Return where the stack's configuration says that its provider finds the engine: we ask the same one."""
        file = self.workspace.working_file
        # Most stacks say nothing, and a large file takes long to parse.
        if not file.is_file() or _DOCKER_HOST not in file.read_text():
            return {}
        host = yamltext.config_of(file).get(_DOCKER_HOST)
        return {"DOCKER_HOST": host} if isinstance(host, str) and host else {}

    def imported_ahead(self) -> dict[str, str]:
        """Return what our language host may import before the program runs; a module that is not there is no fault."""
        return {IMPORT_AHEAD: f"config.load infra.topology infra.platforms.{self.platform}.platform"}

    @property
    def platform(self) -> str:
        """The platform that the stack file names."""
        return str(yamltext.config_of(self.workspace.working_file).get(f"{PROJECT}:platform", "docker"))

    def _recorded_at_the_end(self, arguments: Sequence[str], packages: frozenset[str]) -> int:
        """Run a command that writes the state once, at its end, where labels show what a killed one created."""
        from delivery import recovery  # noqa: PLC0415  brings Docker's client along, 0.3 s

        backend, stack = self._backend, self.workspace.stack
        if not packages <= _LABELLED or recorded.checkpoint(backend, stack) is None:
            return self._advised(arguments)
        unrecorded = Unrecorded.of(self.workspace)
        unrecorded.begins()
        code = self._advised(arguments, more=STATE_AT_THE_END)
        # A command that comes to an end, even by a failure, writes the state and gives its lock back.
        if not recovery.is_locked(backend, stack):
            unrecorded.ended()
        return code

    def _advised(
        self,
        arguments: Sequence[str],
        *,
        log: Path | None = None,
        hidden: tuple[str, ...] = (),
        more: dict[str, str] | None = None,
    ) -> int:
        """Run, and after a failure explain what to do where the plugin or AWS does not."""
        with tempfile.TemporaryDirectory() as folder:
            events = log or Path(folder) / "events.json"
            code = self._run([*arguments, "--event-log", str(events)], hidden=hidden, more=more)
            if code:
                from delivery import diagnosis  # noqa: PLC0415  only after a failure

                for said in diagnosis.advice(events, Account.of(self.workspace.stack, self.workspace.working_file)):
                    say(f"what to do: {said}")
                for said in diagnosis.of_containers(events, self.workspace.stack, self.environment()):
                    say(said)
        return code

    def _run(
        self,
        arguments: Sequence[str],
        *,
        stdout: int | None = None,
        hidden: tuple[str, ...] = (),
        more: dict[str, str] | None = None,
    ) -> int:
        """Run the CLI; lines that begin with one of ``hidden`` are left out of what it says on standard error."""
        environment = self.environment() | self.imported_ahead()
        environment = environment | self.plugins.variables(environment) | (more or {})
        if "-C" in arguments:
            del environment["PULUMI_OPTION_CONFIG_FILE"]
        with subprocess.Popen(
            ["pulumi", *arguments],
            cwd=self.workspace.root,
            env=environment,
            stdout=stdout,
            stderr=subprocess.PIPE if hidden else None,
            text=True,
        ) as process:
            while True:
                try:
                    for line in process.stderr or ():
                        if not line.startswith(hidden):
                            sys.stderr.write(line)
                            sys.stderr.flush()
                    return process.wait()
                except KeyboardInterrupt:
                    # The terminal interrupts the CLI too; it ends what it is doing and saves the state.
                    continue


def _options(replace: Iterable[str], *, refresh: bool) -> list[str]:
    return [*(word for urn in replace for word in ("--replace", urn)), *(["--refresh"] if refresh else [])]
