"""A throw-away Pulumi project with the stand-in Kubernetes plugin, against a real API server."""

import json
import subprocess
from dataclasses import dataclass
from typing import Any, Self

from tests.harness import projects
from tests.harness.projects import SECONDS

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
class Project(projects.Project):
    """A project with one stack named `s`, whose objects live in `namespace`."""

    namespace: str
    kubeconfig: str
    context: str
    image: str = ""

    @property
    def header(self) -> str:
        return HEADER.format(namespace=self.namespace, image=self.image)

    @property
    def variables(self) -> dict[str, str]:
        return {"KUBECONFIG": self.kubeconfig}

    def create(self) -> Self:
        super().create()
        self.run("config", "set", "kubernetes:context", self.context)
        return self
