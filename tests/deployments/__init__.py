"""Deployed stacks, one file per platform: what the promises of the conformance suite need of one, and where each is.

To add a platform: a file here with a class that fulfils ``Deployment`` and a function that deploys it, named below.
"""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Protocol

import pytest

from components.workload import Workload
from delivery.outputs import Outputs
from tests.harness.prometheus import Store
from tests.harness.reporting import Figures
from tests.harness.settings import Settings

# In the order in which the stacks are deployed, one after the other; each is the module that has ``deployed``.
PLATFORMS = ("docker", "kubernetes", "eks")
Address = tuple[str, int]


@dataclass(frozen=True, order=True, kw_only=True)
class Role:
    """One workload of one zone."""

    zone: str
    name: str

    def __str__(self) -> str:
        return f"{self.zone}-{self.name}"


class Inside(Protocol):
    """A view from within a running workload, under the rules of its network."""

    def listening(self) -> frozenset[int]:
        """Return the TCP ports on which it really listens for others, from its kernel's own table."""

    def opened(self, targets: Iterable[Address]) -> frozenset[Address]:
        """Try to open a connection to each target; returns those that opened."""


class Deployment(Protocol):
    """A deployed stack, and what a promise needs to be tried on it. Every name of a plane is in ``planes``."""

    platform: str
    figures: Figures
    settings: Settings
    planes: tuple[str, ...]
    # Jobs under which the store reads services of the control plane.
    own_jobs: frozenset[str]
    # Whether the store knows the pods of workloads.
    lists_pods: bool
    # Every payment of the first fails, none of the second.
    failing: str
    flawless: str

    @property
    def outputs(self) -> Outputs:
        """What the stack says of itself."""

    @property
    def store(self) -> Store:
        """The metrics store as the output ``query_url`` (with ``access`` where needed) reaches it."""

    def restore(self) -> None:
        """Bring back ``settings`` if a test changed them, and wait until every service is well."""

    def url(self, name: str) -> str:
        """Return a URL that answers here: of ``console``, ``query``, ``<plane>-http`` or ``<plane>-otlp-http``."""

    def exposition(self, plane: str) -> str:
        """Return what the plane's collectors expose at this moment, one after the other."""

    def workloads(self) -> dict[Role, Workload]:
        """Return every workload as the platform declares it, with its callers."""

    def names(self, target: Role, caller: Role) -> frozenset[str]:
        """Return the hosts at which ``target`` must answer ``caller`` where it may call; none of the caller itself."""

    def addresses(self, target: Role, caller: Role) -> frozenset[str]:
        """Return ``names`` and every other host at which ``target`` could be tried."""

    def tolerates(self, caller: Role, target: Role) -> bool:
        """Say whether the platform's networks cannot keep ``caller`` from ports of ``target`` that nobody declared."""

    def inside(self, role: Role) -> AbstractContextManager[Inside]:
        """Stand inside a running replica of a workload."""

    def report(self) -> str:
        """Return what helps to understand a failed test."""


def deploy(platform: str, folder: Path, figures: Figures) -> AbstractContextManager[Deployment]:
    """Deploy a platform's stack under a name of its own, its state in ``folder``; nothing of it stays at the end."""
    deployed: Callable[[Path, Figures], AbstractContextManager[Deployment]] = import_module(
        f"{__name__}.{platform}"
    ).deployed
    return deployed(folder, figures)


def run_on(metafunc: pytest.Metafunc, *platforms: str) -> None:
    """Run a test on the stacks of these platforms; for ``pytest_generate_tests`` of a suite."""
    if "deployment" in metafunc.fixturenames:
        marks = (pytest.mark.docker, pytest.mark.engine)
        only = metafunc.config.getoption("--platform")
        chosen = [pytest.param(name, marks=marks) for name in platforms if only in (None, name)]
        metafunc.parametrize("deployment", chosen, indirect=True, scope="session")
