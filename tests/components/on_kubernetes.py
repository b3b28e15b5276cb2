"""Planes and a control plane on a Kubernetes platform, in a program that is not ours; every resource is only noted."""

from dataclasses import dataclass, field
from typing import Any, NoReturn

import pulumi
from pulumi.runtime.mocks import MockCallArgs, MockResourceArgs

from components.application import ApplicationArgs
from components.control_plane import ControlPlane, ControlPlaneArgs
from components.data_plane import DataPlane, DataPlaneArgs
from components.front import Login
from infra.platforms.kubernetes.args import EdgeArgs
from infra.platforms.kubernetes.platform import KubernetesPlatform
from infra.platforms.kubernetes.zone import KubernetesZone
from tests.harness.mocked import use_mocks

GATEWAY = EdgeArgs(
    domain="watch.example.com",
    controller_namespace="edge",
    kind="gateway",
    class_name="public",
    certificate="secret",
    secret_name="tls",
    secret_namespace="edge",
)


@dataclass
class Cluster(pulumi.runtime.Mocks):
    """Takes every resource and gives back its inputs."""

    made: list[MockResourceArgs] = field(default_factory=list)

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        self.made.append(args)
        given = {"data": {"tls.crt": "Y2VydA==", "tls.key": "a2V5"}} if args.name == "edge-given" else {}
        return f"{args.name}-id", {**args.inputs, **given}

    def call(self, args: MockCallArgs) -> NoReturn:
        raise AssertionError(f"{args.token} is called")

    @property
    def objects(self) -> list[MockResourceArgs]:
        """Everything on the cluster."""
        return [each for each in self.made if each.typ.startswith("kubernetes:")]

    def one(self, kind: str, name: str) -> dict[str, Any]:
        """Return the inputs of an object."""
        (found,) = [each.inputs for each in self.objects if each.typ.endswith(f":{kind}") and each.name == name]
        return dict(found)


def plane(
    name: str,
    platform: KubernetesPlatform,
    *,
    control_plane: str = "watch",
    opts: pulumi.ResourceOptions | None = None,
) -> DataPlane[KubernetesZone]:
    """Declare a data plane with one application, which this control plane scrapes."""
    applications = {"shop": ApplicationArgs(image="example/shop:1.0")}
    args = DataPlaneArgs(applications=applications, api_port=8081, otlp_http_port=4381, control_plane=control_plane)
    return DataPlane(name, args, platform=platform, opts=opts)


def declare(platform: KubernetesPlatform, opts: pulumi.ResourceOptions | None = None) -> None:
    """Declare two planes and a control plane that is called otherwise than in our stacks."""
    planes = [plane(name, platform, opts=opts) for name in ("eu", "us")]
    watched = [each.watched for each in planes]
    args = ControlPlaneArgs(planes=watched, console_image="example/console:1.0", login=Login())
    ControlPlane("watch", args, platform=platform, opts=opts)


def run(program: Any) -> None:
    """Run a program's body and wait for everything in it."""
    pulumi.runtime.test(program)()  # type: ignore[no-untyped-call]  # the SDK leaves its decorator untyped


def mocked() -> Cluster:
    """Return the cluster to which the next program's resources go."""
    found = Cluster()
    use_mocks(found)
    return found
