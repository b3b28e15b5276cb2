"""The SDK's mocks, for tests that look at what is declared without an engine."""

import asyncio

import pulumi


def use_mocks(mocks: pulumi.runtime.Mocks) -> None:
    """Let the stack `sample` be declared to ``mocks``."""
    have_event_loop()
    pulumi.runtime.set_mocks(mocks, project="planewatch", stack="sample", preview=False)


def have_event_loop() -> None:
    """Make a current event loop, which outputs want; after an `async` test, wherever that was, there is none."""
    try:
        asyncio.get_event_loop_policy().get_event_loop()
    except RuntimeError:
        asyncio.set_event_loop(asyncio.new_event_loop())
