"""What the product's program declares, recorded without an engine: Docker resources with their inputs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
from pulumi.runtime import mocks

from config.load import PROJECT, Stack, parse, read_file
from infra.platforms.docker.of_stack import docker_platform
from infra.topology import build

_KINDS = ("Container", "Network", "Volume")


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """Inputs as the provider would get them (camelCase keys), in the order of declaration."""

    containers: list[Mapping[str, Any]] = field(default_factory=list)
    networks: list[Mapping[str, Any]] = field(default_factory=list)
    volumes: list[Mapping[str, Any]] = field(default_factory=list)


class _Recorder(mocks.Mocks):
    def __init__(self) -> None:
        self.recorded = Recorded()

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]] | None]:
        raise NotImplementedError(f"the program calls {args.token}, which nobody recorded before")

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        kind = args.typ.rpartition(":")[2]
        if kind in _KINDS:
            getattr(self.recorded, f"{kind.lower()}s").append(args.inputs)
        # Where the engine would answer with an image's id, its name does.
        known = {"imageId": args.inputs["name"]} if kind == "RemoteImage" else {}
        return args.inputs.get("name", args.name), {**args.inputs, **known}


def record(stack: str, text: str) -> Recorded:
    """Run the program for a stack file's ``text``; raises ``pulumi.RunError`` for settings that it refuses."""
    settings = parse(stack, f"stacks/Pulumi.{stack}.yaml", read_file(text))
    recorder = _Recorder()
    mocks.set_mocks(recorder, project=PROJECT, stack=stack)

    def declare() -> None:
        described = Stack(name=stack, settings=settings, alert_webhook_url=None)
        build(described, docker_platform(described))

    # The SDK's decorator for tests runs a function as a program and waits for everything it declared.
    pulumi.runtime.test(declare)()  # type: ignore[no-untyped-call]  # the SDK left it untyped
    return recorder.recorded
