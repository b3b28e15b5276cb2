"""A throw-away Pulumi project on the real CLI with the stand-in plugins, its state in a folder of its own."""

import json
import os
import shutil
import subprocess
import sys
import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import toolchain
from toolchain.obtain.stand_ins import OFFLINE_ENVIRONMENT, install

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 180


@dataclass(frozen=True)
class Machine:
    """Where the CLI, its plugins and its home are."""

    bin_dir: Path
    home: Path

    @classmethod
    def prepare(cls, folder: Path) -> Self:
        """Give the CLI on PATH a home and a folder of its own, with our plugins in them."""
        found = shutil.which("pulumi", path=toolchain.environment(ROOT)["PATH"])
        assert found, "the toolchain has prepared no `pulumi` and there is none on PATH: `make up` prepares one"
        machine = cls(folder / "bin", folder / "home")
        machine.bin_dir.mkdir()
        program = machine.bin_dir / "pulumi"
        try:
            program.hardlink_to(Path(found).resolve())
        except OSError:
            shutil.copy2(Path(found).resolve(), program)
        install(machine.home, machine.bin_dir, Path(sys.executable))
        return machine


@dataclass(frozen=True)
class Project:
    """A project with one stack. What is made for one provider only is up to the subclasses."""

    machine: Machine
    folder: Path
    extra: dict[str, str] = field(default_factory=dict, kw_only=True)
    stack: str = field(default="s", kw_only=True)

    @property
    def header(self) -> str:
        """What every program begins with."""
        return "import pulumi\n"

    @property
    def variables(self) -> dict[str, str]:
        """What the provider is told by the environment."""
        return {}

    @property
    def environment(self) -> dict[str, str]:
        own = {
            "PATH": f"{self.machine.bin_dir}{os.pathsep}{os.environ['PATH']}",
            "PULUMI_HOME": str(self.machine.home),
            "PULUMI_BACKEND_URL": (self.folder / "state").as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "correct horse",
            "NO_COLOR": "1",
        }
        return {**os.environ, **OFFLINE_ENVIRONMENT, **own, **self.variables, **self.extra}

    def create(self) -> Self:
        (self.folder / "state").mkdir(parents=True)
        (self.folder / "infra").mkdir()
        (self.folder / "Pulumi.yaml").write_text("name: plug\nruntime: python\nmain: infra\n")
        self.program("")
        self.run("stack", "init", self.stack)
        return self

    def program(self, body: str) -> None:
        """Write the program behind the header."""
        (self.folder / "infra" / "__main__.py").write_text(self.header + textwrap.dedent(body))

    def start(self, *args: str, apart: bool = False) -> "subprocess.Popen[str]":
        """Start `pulumi`; ``apart`` in a session of its own, whose processes can be sent a signal together."""
        command = [str(self.machine.bin_dir / "pulumi"), *args, "--non-interactive"]
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=apart,
        )

    def run(self, *args: str, fails: bool = False) -> str:
        """Run `pulumi` with these arguments; it must succeed, or fail if that is said. Gives what it printed."""
        with self.start(*args) as process:
            output = process.communicate(timeout=SECONDS)[0]
        assert (process.returncode != 0) == fails, output
        return output

    def up(self, body: str | None = None, *args: str, fails: bool = False) -> str:
        if body is not None:
            self.program(body)
        return self.run("up", "--yes", "--skip-preview", *args, fails=fails)

    def preview(self, body: str, *, fails: bool = False) -> str:
        self.program(body)
        return self.run("preview", "--diff", fails=fails)

    def unchanged(self) -> None:
        """Assert that a preview has nothing to do."""
        self.run("preview", "--expect-no-changes", "--diff")

    def steps(self, body: str | None = None) -> dict[str, dict[str, Any]]:
        """Preview; gives what would be done per resource name, resources that stay left out."""
        if body is not None:
            self.program(body)
        found = json.loads(self.run("preview", "--json"))
        steps: dict[str, dict[str, Any]] = {}
        for step in found["steps"]:
            if step["op"] not in ("same", "read") and "pulumi:pulumi" not in step["urn"]:
                name = step["urn"].rpartition("::")[2]
                # A replacement is several steps; the one with the details tells most.
                if name not in steps or step.get("detailedDiff"):
                    steps[name] = step
        return steps

    def state_text(self, *args: str) -> str:
        return self.run("stack", "export", *args)

    def state(self, *args: str) -> dict[str, dict[str, Any]]:
        """Give the recorded resources by name."""
        found = json.loads(self.state_text(*args))["deployment"].get("resources", [])
        return {resource["urn"].rpartition("::")[2]: resource for resource in found}

    def destroy(self, *args: str, fails: bool = False) -> str:
        return self.run("destroy", "--yes", "--skip-preview", *args, fails=fails)

    def abandon(self) -> None:
        """Destroy whatever is left at the end of a test; fine when that fails."""
        if not self._has_resources:
            return
        with self.start("destroy", "--yes", "--skip-preview") as process:
            process.communicate(timeout=SECONDS)

    @property
    def _has_resources(self) -> bool:
        (file,) = (self.folder / "state" / ".pulumi" / "stacks").glob(f"*/{self.stack}.json")
        return bool((json.loads(file.read_text())["checkpoint"]["latest"] or {}).get("resources"))
