"""The event loop that outputs need, for tests that declare resources without an engine."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache


@cache
def between_tests() -> asyncio.AbstractEventLoop:
    """Return the loop for outputs of fixtures that outlive a test; nobody waits for those."""
    return asyncio.new_event_loop()


@contextmanager
def event_loop() -> Iterator[None]:
    """Have a current event loop; at the end it is closed, and the outputs that nobody waits for end with it.

    One that is left open warns when it is collected, in whatever runs then. In CPython 3.11 that is a SystemError where
    it happens within `ast.parse`: pytest's report of the warning parses too, which upsets the count of the outer one.
    """
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        yield
    finally:
        if tasks := asyncio.all_tasks(loop):
            for task in tasks:
                task.cancel()
            loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        asyncio.set_event_loop(between_tests())
        loop.close()
