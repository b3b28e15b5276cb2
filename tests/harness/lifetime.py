"""A stack that lives as long as a test: whatever happens, nothing of it stays on the engine."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.harness.containers import StackOnEngine, engine_of
from tests.harness.holdings import assert_nothing_new, holdings
from tests.harness.product import ProductStack
from tests.harness.pulumi import stack_name
from tests.harness.settings import Settings


@contextmanager
def temporary_stack(
    folder: Path, settings: Settings, *, prefix: str = "e2e"
) -> Iterator[tuple[ProductStack, StackOnEngine]]:
    """Make a stack with its state in ``folder``, not deployed yet; at the end destroy it and remove what is left.

    A destroy that fails, or leaves anything on the engine, is an error of the test, also when the test itself passed.
    """
    stack = ProductStack(name=stack_name(prefix), folder=folder)
    with engine_of(stack.name) as engine:
        before = holdings(engine.client, stack.name)
        stack.write(settings)
        stack.select()
        try:
            yield stack, engine
        finally:
            try:
                stack.destroy(delete_data=True).succeeded()
                assert_nothing_new(engine.client, stack.name, before)
            finally:
                engine.remove_leftovers()
