"""A throw-away Pulumi project on the real CLI with the stand-in plugin, against a real API server."""

import json
import os
import shutil
import subprocess
import sys
import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from toolchain.plugins.install import OFFLINE_ENVIRONMENT, install

SECONDS = 180
HEADER = """\
import pulumi
import pulumi_kubernetes as k8s
from pulumi import ResourceOptions as Options

NS = {namespace!r}
IMAGE = {image!r}
"""


@dataclass(frozen=True)
class Kubectl:
    """kubectl in one namespace of one cluster: somebody else who uses the cluster too."""

    program: str
    kubeconfig: str
    context: str
    namespace: str

    def __call__(self, *args: str, stdin: str | None = None) -> str:
        command = [
            self.program,
            "--kubeconfig",
            self.kubeconfig,
            "--context",
            self.context,
            "-n",
            self.namespace,
            *args,
        ]
        done = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False, timeout=SECONDS)
        assert done.returncode == 0, f"{' '.join(args)}: {done.stderr}"
        return done.stdout

    def get(self, *args: str) -> Any:
        """Get an object as kubectl's JSON says it."""
        return json.loads(self("get", *args, "-o", "json"))

    def names(self, kind: str) -> list[str]:
        """List the names of the objects of a kind in the namespace."""
        return [item["metadata"]["name"] for item in self.get(kind)["items"]]


@dataclass(frozen=True)
class Machine:
    """Where the CLI, its plugins and its home are."""

    bin_dir: Path
    home: Path

    @classmethod
    def prepare(cls, folder: Path) -> "Machine":
        """Give the CLI on PATH a home and a folder of its own, with our plugins in them."""
        found = shutil.which("pulumi")
        assert found, "no `pulumi` on PATH: `make up` prepares one, `planewatch env` shows the PATH"
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
    """A project with one stack named `s`, whose objects live in `namespace`."""

    machine: Machine
    folder: Path
    namespace: str
    kubeconfig: str
    context: str
    image: str = ""
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        own = {
            "PATH": f"{self.machine.bin_dir}{os.pathsep}{os.environ['PATH']}",
            "PULUMI_HOME": str(self.machine.home),
            "PULUMI_BACKEND_URL": (self.folder / "state").as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "correct horse",
            "KUBECONFIG": self.kubeconfig,
            "NO_COLOR": "1",
        }
        return {**os.environ, **OFFLINE_ENVIRONMENT, **own, **self.extra}

    def create(self) -> "Project":
        (self.folder / "state").mkdir(parents=True)
        (self.folder / "infra").mkdir()
        (self.folder / "Pulumi.yaml").write_text("name: k8plug\nruntime: python\nmain: infra\n")
        self.program("")
        self.run("stack", "init", "s")
        self.run("config", "set", "kubernetes:context", self.context)
        return self

    def program(self, body: str) -> None:
        """Write the program; NS, IMAGE, k8s and Options are there for it."""
        head = HEADER.format(namespace=self.namespace, image=self.image)
        (self.folder / "infra" / "__main__.py").write_text(head + textwrap.dedent(body))

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
        with self.start("preview", "--json") as process:
            output = process.communicate(timeout=SECONDS)[0]
        assert process.returncode == 0, output
        found = json.loads(output)
        steps: dict[str, dict[str, Any]] = {}
        for step in found["steps"]:
            if step["op"] not in ("same", "read") and "pulumi:pulumi" not in step["urn"]:
                name = step["urn"].rpartition("::")[2]
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
