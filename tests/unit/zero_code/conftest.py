"""A collector and a store for each agent, and the agents themselves where they can be had."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.services.scraping import PlaneLimits
from tests.servers.zero_code import Agent
from tests.unit.services.servers import Stack, running
from toolchain.obtain.cache import Cache
from toolchain.obtain.errors import UnavailableError

Obtain = Callable[[Agent], Path]


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    with running(tmp_path, PlaneLimits()) as started:
        yield started


@pytest.fixture(scope="session")
def obtain() -> Obtain:
    """Return an agent's folder; skips the test where it cannot be had."""

    def obtained(agent: Agent) -> Path:
        try:
            return agent.ensure(Cache.of(os.environ))
        except UnavailableError as error:
            pytest.skip(f"the zero-code agent of {agent.language} cannot be had here: {error.reason}")

    return obtained
