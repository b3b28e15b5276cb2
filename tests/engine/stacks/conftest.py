"""Stacks of a test's own on the real CLI; what they make on the engine goes at the end."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import toolchain.cluster
from tests.harness.aws import SimulatedAws, simulated_aws
from tests.harness.containers import engine_of
from tests.harness.pulumi import PulumiStack, stack_name
from tests.harness.settings import Settings
from toolchain.obtain.cache import Cache

MakeStack = Callable[..., PulumiStack]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/engine/stacks/" in item.path.as_posix():
            item.add_marker(pytest.mark.engine)


@pytest.fixture
def make_stack(tmp_path: Path) -> MakeStack:
    """Give stacks that are only previewed: nothing of them ever reaches the engine."""

    def make(settings: Settings, name: str | None = None) -> PulumiStack:
        own = name or stack_name("eng")
        stack = PulumiStack(name=own, folder=tmp_path / own)
        stack.write(settings)
        stack.select()
        return stack

    return make


@pytest.fixture
def deployable(make_stack: MakeStack) -> Iterator[MakeStack]:
    """Give stacks that may be deployed; whatever they left on the engine is removed."""
    made: list[PulumiStack] = []

    def make(settings: Settings, name: str | None = None) -> PulumiStack:
        made.append(make_stack(settings, name))
        return made[-1]

    yield make
    for stack in made:
        with engine_of(stack.name) as engine:
            engine.remove_leftovers()


@pytest.fixture
def running_cluster() -> None:
    """The cluster for development, which previews of stacks on Kubernetes ask."""
    toolchain.cluster.up(Cache.of(os.environ))


@pytest.fixture(scope="session")
def account() -> Iterator[SimulatedAws]:
    """A simulated AWS account for previews, which make nothing in it; a test may add what a stack is to find."""
    with simulated_aws() as started:
        yield started


@pytest.fixture
def simulated_account(account: SimulatedAws, monkeypatch: pytest.MonkeyPatch) -> SimulatedAws:
    """The account, which the programs of a test find by themselves."""
    for name, value in account.environment.items():
        monkeypatch.setenv(name, value)
    return account
