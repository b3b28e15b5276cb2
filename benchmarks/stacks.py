"""Stacks of the benchmarks' own: own name, own ports, own state, nothing left behind."""

import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path

from benchmarks.processes import Cost, measure
from delivery.engine import STATE_AT_THE_END
from tests.harness.containers import engine_of
from tests.harness.pulumi import ROOT, PulumiStack, stack_name
from tests.harness.settings import Settings, local_settings

CONTAINER = "docker:index/container:Container"
_POLICIES = ("--policy-pack", str(ROOT / "policies"))


class BenchStack:
    """A stack in a folder of its own, worked on by the real CLI as ``make`` does it."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self._settings, self._changes = settings, 0
        self.pulumi_stack = PulumiStack(name=stack_name("bench"), folder=folder)
        self.pulumi_stack.write(settings)
        self.pulumi_stack.select()

    @property
    def name(self) -> str:
        """The stack's name."""
        return self.pulumi_stack.name

    def change(self) -> None:
        """Give the application of the first plane a variable that it has not had yet: one container to replace."""
        self._changes += 1
        settings = deepcopy(self._settings)
        plane = next(iter(settings["dataPlanes"].values()))
        plane["workloads"] = {"api": {"environmentVariables": {"BENCHMARK": str(self._changes)}}}
        self.pulumi_stack.write(settings)

    def preview(self, *, unchanged: bool = True) -> Cost:
        """Measure a preview; ``unchanged`` refuses to find a thing to change."""
        return self._measure("preview", *(["--expect-no-changes"] if unchanged else []), *_POLICIES)

    def update(self) -> Cost:
        """Measure an update without a preview, which writes the state once, as `planewatch up` does it."""
        return self._measure("up", "--yes", "--skip-preview", *_POLICIES, more=STATE_AT_THE_END)

    def up(self, *, unchanged: bool, policies: bool = True) -> Cost:
        """Measure an update: its own preview first, as ``make up`` does it; ``unchanged`` refuses to change a thing."""
        return self._measure(
            "up", "--yes", *(["--expect-no-changes"] if unchanged else []), *(_POLICIES if policies else ())
        )

    def create_never_started(self) -> Cost:
        """Make everything without starting a service; the state then says what it would say had they been started.

        So the product's own program finds nothing to change, however many planes there are.
        """
        cost = self._measure("up", "--yes", "--skip-preview", cwd=ROOT / "benchmarks", more=STATE_AT_THE_END)
        pulumi = self.pulumi_stack.pulumi
        state = json.loads(pulumi("stack", "export", merge=False).succeeded().text)
        for resource in state["deployment"]["resources"]:
            if resource["type"] == CONTAINER and not resource["urn"].endswith("-carrier"):
                for side in ("inputs", "outputs"):
                    resource[side] |= {"start": True, "mustRun": True, "wait": True}
        file = self.pulumi_stack.folder / "state.json"
        file.write_text(json.dumps(state))
        pulumi("stack", "import", "--file", str(file)).succeeded()
        return cost

    def look(self) -> Cost:
        """Measure the look at what is live that `planewatch up` begins with."""
        environment = self._environment()
        command = [sys.executable, "-m", "benchmarks.look", environment["PULUMI_BACKEND_URL"], self.name]
        return measure(command, cwd=ROOT, environment=environment)

    def planewatch(self, verb: str, *options: str) -> Cost:
        """Measure a command of the product's, set-up included."""
        workspace = self.pulumi_stack.workspace
        folders = ["--stacks", str(workspace.stacks), "--state", str(workspace.state)]
        program = str(Path(sys.executable).with_name("planewatch"))
        command = [program, verb, "--stack", self.name, *folders, *options]
        users = ("PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE")
        own = {key: value for key, value in os.environ.items() if key not in users}
        return measure(command, cwd=ROOT, environment=own)

    def sweep(self) -> None:
        """Remove from the engine what bears the stack's label, whatever Pulumi knows of it."""
        with engine_of(self.name) as engine:
            engine.remove_leftovers()

    def _measure(self, *arguments: str, cwd: Path = ROOT, more: Mapping[str, str] | None = None) -> Cost:
        command = ["pulumi", *arguments, "--stack", self.name, "--non-interactive", "--color", "never"]
        return measure(command, cwd=cwd, environment=self._environment() | dict(more or {}))

    def _environment(self) -> dict[str, str]:
        workspace = self.pulumi_stack.workspace
        # The benchmarks' own backend and passphrase, whatever the person who runs them uses.
        own = {key: value for key, value in os.environ.items() if key != "PULUMI_CONFIG_PASSPHRASE"}
        return {**own, **workspace.variables({}), "PULUMI_OPTION_CONFIG_FILE": str(workspace.working_file)}


@contextmanager
def bench_stack(planes: tuple[str, ...]) -> Iterator[BenchStack]:
    """Make a stack that is not deployed yet; at the end everything of it is gone, deployed or not."""
    with tempfile.TemporaryDirectory(prefix="planewatch-bench-") as folder:
        stack = BenchStack(Path(folder), local_settings(planes))
        try:
            yield stack
        finally:
            # By label and without asking Pulumi: quicker, and right after a failure or an interrupt too.
            stack.sweep()
