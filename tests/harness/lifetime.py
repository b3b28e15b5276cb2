"""A stack that lives as long as a test: whatever happens, nothing of it stays on the engine."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.harness.containers import StackOnEngine, engine_of
from tests.harness.pulumi import PulumiStack, stack_name
from tests.harness.settings import Settings


@contextmanager
def temporary_stack(
    folder: Path, settings: Settings, *, prefix: str = "e2e"
) -> Iterator[tuple[PulumiStack, StackOnEngine]]:
    """Make a stack with its state in ``folder``, not deployed yet; at the end destroy it and remove what is left.

    A destroy that fails is an error of the test, also when the test itself passed.
    """
    stack = PulumiStack(name=stack_name(prefix), folder=folder)
    with engine_of(stack.name) as engine:
        stack.write(settings)
        stack.select()
        try:
            yield stack, engine
        finally:
            try:
                destroyed = stack.destroy(delete_data=True)
            finally:
                engine.remove_leftovers()
        destroyed.succeeded()
