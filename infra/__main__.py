"""The Pulumi program: load the stack, choose its platform, build the topology, export the outputs."""

import asyncio
import gc
import sys
from pathlib import Path

import pulumi

_ROOT = Path(__file__).resolve().parents[1]
# Where nothing is installed the program can still say what to run.
sys.path.append(str(_ROOT))
from infra.unprepared import fault, missing  # noqa: E402

if said := fault(_ROOT, pulumi.get_stack(), pulumi.runtime.config.CONFIG.get()):
    raise pulumi.RunError(said)
try:
    from config.load import load
    from infra.platforms import choose
    from infra.topology import build, export
    from infra.traces import keep_places_only
except ModuleNotFoundError as error:
    raise pulumi.RunError(missing(error.name, pulumi.get_stack())) from None

# A program of 100 planes makes 50,000 small tasks and no garbage worth looking for: 4.3 instead of 7.6 CPU s.
gc.set_threshold(200_000, 50, 50)


async def begin_registrations() -> None:
    """Let every registration that is declared begin, before the SDK looks which it has to wait for.

    It waits for those one after another. Finding none yet, it waits for the first of all outputs instead, again and
    again: with policies, by which answers come one by one, a preview of 40 planes took 17 s instead of 10, and the
    excess grows with the square of their number.
    """
    await asyncio.sleep(0)


keep_places_only()
stack = load()
platform = choose(stack)
export(stack, platform, build(stack, platform))
pulumi.run(begin_registrations)
