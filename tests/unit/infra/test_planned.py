"""What is planned before anything is declared is what is then declared: pods, claims, quotas and kinds of object."""

import gc
from collections.abc import Iterator
from typing import Any, NoReturn

import pulumi
import pytest
from pulumi.runtime.mocks import MockCallArgs, MockResourceArgs

from config.load import Stack
from config.settings import StackSettings
from infra.platforms.kubernetes import kinds
from infra.platforms.kubernetes.demand import demand, hard
from infra.platforms.kubernetes.of_stack import kubernetes_platform
from infra.platforms.kubernetes.planned import kept_on_cluster, plan
from infra.platforms.kubernetes.quantity import amount
from infra.topology import build
from tests.components.declaring import settings
from tests.harness.demanded import demanded, quotas
from tests.harness.mocked import use_mocks

Object = dict[str, Any]
PREFIX = "kubernetes:"
MOST = 5
EDGE = {"domain": "watch.example.com", "controllerNamespace": "ingress", "className": "public"}
SCALED = {"minimumReplicas": 3, "maximumReplicas": MOST, "storageSize": "5Gi", "storeReplicas": 3}
GATEWAY = {**EDGE, "kind": "gateway", "certificate": "cert-manager", "issuer": "i"}
FULL = {**SCALED, "ingress": EDGE}
# What is set below ``kubernetes``, whether the stack has secrets, and the number of planes.
CASES = {
    "plain": ({}, False, 3),
    "scaled, with an edge and secrets": (FULL, True, 3),
    "gateway with cert-manager": ({"ingress": GATEWAY}, True, 3),
    "operator": ({**SCALED, "prometheusOperator": True}, True, 3),
    "many planes": (FULL, True, 100),
}


class Declared(pulumi.runtime.Mocks):
    """Takes everything and remembers it."""

    def __init__(self) -> None:
        self.made: list[tuple[str, Object]] = []

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, Object]:
        self.made.append((args.typ, whole(args.inputs)))
        return args.name, args.inputs

    def call(self, args: MockCallArgs) -> NoReturn:
        raise AssertionError(f"{args.token} is called")


def whole(value: Any) -> Any:
    """Return a value with its whole numbers as such: on the engine's wire all are floating."""
    if isinstance(value, dict):
        return {key: whole(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [whole(entry) for entry in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def of(kubernetes: Object, planes: int) -> StackSettings:
    """Return settings of planes of several kinds: the sample alone, more workloads, telemetry from outside."""
    kinds_of_plane: tuple[Object, ...] = (
        {},
        {
            "workloads": {
                "api": {
                    "revision": "v2",
                    "beside": {"v1": {"image": "example/api:1.0"}},
                    "jobsBeforeStart": [{"name": "migrate", "command": ["migrate"]}],
                },
                "worker": {"cpus": 0.75, "memoryMib": 500},
            }
        },
        {"access": "remote"} if "ingress" in kubernetes else {"environment": "other"},
    )
    named = {f"plane-{number}": kinds_of_plane[number % 3] for number in range(planes)}
    console = {"console": {"authentication": "oauth2-proxy"}}
    return settings({"platform": "kubernetes", "kubernetes": kubernetes, "controlPlane": console}, **named)


def stack_of(said: StackSettings, *, secrets: bool) -> Stack:
    if not secrets:
        return Stack(name="sample", settings=said, alert_webhook_url=None)
    return Stack(
        name="sample",
        settings=said,
        alert_webhook_url=pulumi.Output.secret("https://hook.example.com"),
        otlp_tokens={plane: pulumi.Output.secret(f"{plane}-token") for plane in said.remote_planes},
    )


def declared(stack: Stack, mocks: Declared) -> list[tuple[str, Object]]:
    """Return what the program declares on a cluster, by type and inputs."""

    def program() -> None:
        build(stack, kubernetes_platform(stack))

    pulumi.runtime.test(program)()  # type: ignore[no-untyped-call]  # the SDK leaves its decorator untyped
    return [(kind.removeprefix(PREFIX), inputs) for kind, inputs in mocks.made if kind.startswith(PREFIX)]


@pytest.fixture(autouse=True)
def _rarely_collect_garbage() -> Iterator[None]:
    """Do as the program does: a hundred planes are 50,000 tasks and no garbage, and take a third less time so."""
    usual = gc.get_threshold()
    gc.set_threshold(200_000, 50, 50)
    yield
    gc.set_threshold(*usual)


@pytest.mark.parametrize(("kubernetes", "secrets", "planes"), CASES.values(), ids=CASES)
def test_what_is_planned_is_what_is_declared(kubernetes: Object, secrets: bool, planes: int) -> None:
    mocks = Declared()
    use_mocks(mocks)
    said = of(kubernetes, planes)
    stack = stack_of(said, secrets=secrets)
    planned = plan(stack, kept_on_cluster(stack))
    found = declared(stack, mocks)
    objects = [inputs for _, inputs in found if "kind" in inputs]

    workloads = [one for zone in planned.values() for one in zone]
    assert {kind for kind, _ in found} == {kind.type for kind in kinds.created(workloads, said.kubernetes)}
    assert quotas(objects) == {
        zone: {name: amount(value) for name, value in hard(zone_workloads, said.kubernetes).items()}
        for zone, zone_workloads in planned.items()
    }
    # The operator's own pods are in no object of the stack; the cluster's tests count those.
    counted = {zone: [one for one in zone_workloads if not one.operated] for zone, zone_workloads in planned.items()}
    assert demanded(objects) == {
        zone: demand(zone_workloads, said.kubernetes, said.kubernetes.maximum_replicas).amounts()
        for zone, zone_workloads in counted.items()
    }
    assert len(planned) == planes + 1
