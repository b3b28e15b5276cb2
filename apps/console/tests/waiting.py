"""Waiting for what a scrape or a rule brings, bounded."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import httpx

BOUND_SECONDS = 30.0


async def until(client: httpx.AsyncClient, path: str, holds: Callable[[Any], bool]) -> Any:
    """Ask for `path` until its JSON `holds`; AssertionError with the last answer after BOUND_SECONDS."""
    end = time.monotonic() + BOUND_SECONDS
    body: Any = None
    while time.monotonic() < end:
        answer = await client.get(path)
        body = answer.json()
        if answer.status_code == httpx.codes.OK and holds(body):
            return body
        await asyncio.sleep(0.2)
    raise AssertionError(f"{path} kept answering {body}")
