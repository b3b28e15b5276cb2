"""A throw-away Pulumi project on the real CLI with the stand-in plugins, and what it left in the container engine."""

import json
import os
import shutil
import subprocess
import sys
import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docker

import toolchain
from toolchain.plugins.install import OFFLINE_ENVIRONMENT, install

ROOT = Path(__file__).parents[3]
# A FROM scratch image with a static busybox; the toolchain provides it under this name.
IMAGE = "busybox:1.37.0-musl"
SECONDS = 120
HEADER = f"""\
import pulumi
import pulumi_docker as docker
from pulumi import ResourceOptions as Options

IMAGE = {IMAGE!r}
"""


@dataclass(frozen=True)
class Run:
    """One finished `pulumi` command."""

    code: int
    output: str


@dataclass(frozen=True)
class Machine:
    """Where the CLI, its plugins and its home are."""

    bin_dir: Path
    home: Path

    @classmethod
    def prepare(cls, folder: Path) -> "Machine":
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
    """A project with one stack named `s`. `prefix` starts the names of everything it makes."""

    machine: Machine
    folder: Path
    prefix: str
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        path = f"{self.machine.bin_dir}{os.pathsep}{os.environ['PATH']}"
        own = {
            "PATH": path,
            "PULUMI_HOME": str(self.machine.home),
            "PULUMI_BACKEND_URL": (self.folder / "state").as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "correct horse",
            "NO_COLOR": "1",
        }
        return {**os.environ, **OFFLINE_ENVIRONMENT, **own, **self.extra}

    def create(self) -> "Project":
        (self.folder / "state").mkdir(parents=True)
        (self.folder / "infra").mkdir()
        (self.folder / "Pulumi.yaml").write_text("name: pwplug\nruntime: python\nmain: infra\n")
        self.program("")
        self.run("stack", "init", "s")
        return self

    def program(self, body: str) -> None:
        """Write the program; `{p}` in it is this project's prefix."""
        text = HEADER + textwrap.dedent(body).replace("{p}", self.prefix)
        (self.folder / "infra" / "__main__.py").write_text(text)

    def start(self, *args: str) -> "subprocess.Popen[str]":
        command = [str(self.machine.bin_dir / "pulumi"), *args, "--non-interactive"]
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *args: str, fails: bool = False) -> Run:
        """Run `pulumi` with these arguments; it must succeed, or fail if that is said."""
        with self.start(*args) as process:
            output = process.communicate(timeout=SECONDS)[0]
        assert (process.returncode != 0) == fails, output
        return Run(process.returncode, output)

    def up(self, body: str | None = None, *args: str, fails: bool = False) -> str:
        if body is not None:
            self.program(body)
        return self.run("up", "--yes", "--skip-preview", *args, fails=fails).output

    def unchanged(self) -> None:
        """Assert that a preview has nothing to do."""
        self.run("preview", "--expect-no-changes", "--diff")

    def steps(self, body: str | None = None) -> dict[str, dict[str, Any]]:
        """Preview; gives what would be done per resource name, resources that stay left out."""
        if body is not None:
            self.program(body)
        with self.start("preview", "--json") as process:
            found = json.loads(process.communicate(timeout=SECONDS)[0])
        steps: dict[str, dict[str, Any]] = {}
        for step in found["steps"]:
            if step["op"] not in ("same", "read") and "pulumi:pulumi" not in step["urn"]:
                name = step["urn"].rpartition("::")[2]
                # A replacement is several steps; the one with the details tells most.
                if name not in steps or step.get("detailedDiff"):
                    steps[name] = step
        return steps

    def state_text(self) -> str:
        return self.run("stack", "export").output

    def state(self) -> dict[str, dict[str, Any]]:
        """Give the recorded resources by name."""
        found = json.loads(self.state_text())["deployment"].get("resources", [])
        return {resource["urn"].rpartition("::")[2]: resource for resource in found}

    def remove(self) -> None:
        """Destroy the stack and whatever else bears the prefix."""
        self.start("destroy", "--yes", "--skip-preview").communicate(timeout=SECONDS)
        client = docker.from_env()
        for container in client.containers.list(all=True, filters={"name": self.prefix}):
            container.remove(force=True, v=True)
        for network in client.networks.list(names=[self.prefix]):
            network.remove()
        for volume in client.volumes.list(filters={"name": self.prefix}):
            volume.remove(force=True)
        client.close()
