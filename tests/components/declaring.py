"""Declares a stack on a recording platform and waits for what it promises."""

from collections.abc import Callable, Mapping
from typing import Any

import pulumi

from config.load import Stack
from config.settings import StackSettings
from infra.topology import Topology, build
from tests.components.fake_platform import FakePlatform

Document = dict[str, Any]


def settings(document: Document | None = None, **planes: Document) -> StackSettings:
    """Return settings with these planes, each on ports of its own."""
    return StackSettings.model_validate(
        {
            **(document or {}),
            "dataPlanes": {
                name: {"apiPort": 8100 + number, "otlpHttpPort": 4400 + number, **plane}
                for number, (name, plane) in enumerate(planes.items())
            },
        }
    )


def declare(
    said: StackSettings,
    platform: FakePlatform,
    *,
    webhook: pulumi.Output[str] | None = None,
    tokens: Mapping[str, pulumi.Output[str]] | None = None,
) -> Topology:
    """Build the topology as the program does."""
    found: list[Topology] = []
    stack = Stack(name="sample", settings=said, alert_webhook_url=webhook, otlp_tokens=tokens or {})
    _run(lambda: found.append(build(stack, platform)))
    return found[0]


def value_of(output: pulumi.Input[Any]) -> Any:
    """Wait for an output's value."""
    seen: list[Any] = []

    _run(lambda: pulumi.Output.from_input(output).apply(seen.append))
    return seen[0]


def is_secret(output: pulumi.Input[Any]) -> bool:
    """Tell whether a value is a secret output."""
    seen: list[bool] = []

    async def ask(_: bool) -> bool:
        return isinstance(output, pulumi.Output) and await output.is_secret()

    def run() -> pulumi.Output[None]:
        answer: pulumi.Output[bool] = pulumi.Output.from_input(True).apply(ask)
        return answer.apply(seen.append)

    _run(run)
    return seen[0]


def _run(function: Callable[[], object]) -> None:
    """Run as a program's body and wait for every output and registration in it."""
    pulumi.runtime.test(function)()  # type: ignore[no-untyped-call]  # the SDK leaves its decorator untyped
