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


def end_outputs() -> None:
    """End the tasks of outputs that nobody waits for any more: one that never ran is a warning once it is collected."""
    try:
        loop = asyncio.get_event_loop_policy().get_event_loop()
    except RuntimeError:
        return
    if loop.is_running() or loop.is_closed() or not (tasks := asyncio.all_tasks(loop)):
        return
    for task in tasks:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
