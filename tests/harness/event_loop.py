"""The event loop that outputs need, for tests that declare resources without an engine."""

import asyncio


def have_event_loop() -> None:
    """Make a current event loop unless there is one: after `asyncio.run`, wherever that was, there is none."""
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
