"""What every check gets: a stack, the names of its objects, and the API server of its cluster."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from config.load import PROJECT, Stack
from infra.platforms.kubernetes.cluster_api.client import ClusterApi
from infra.platforms.kubernetes.naming import Naming
from infra.platforms.kubernetes.planned import Planned, kept_on_cluster, plan

# Zones are asked about side by side: a hundred planes take as long as ten do one by one.
_THREADS = 8

_Given = TypeVar("_Given")
_Found = TypeVar("_Found")


def ask_all(ask: Callable[[_Given], _Found], given: Iterable[_Given]) -> list[_Found]:
    """Call ``ask`` for each item, several at a time; return the answers in order."""
    with ThreadPoolExecutor(_THREADS) as pool:
        return list(pool.map(ask, given))


def setting_of(stack: Stack, key: str) -> str:
    """Return how a message names a setting: the stack file and the dotted path in it."""
    return f"stacks/Pulumi.{stack.name}.yaml: {PROJECT}:{key}"


@dataclass(frozen=True, kw_only=True)
class CheckedStack:
    """A stack, the API server of its cluster, and what is ``planned`` to run in each zone, by the zone's name."""

    stack: Stack
    naming: Naming
    api: ClusterApi
    planned: Mapping[str, Sequence[Planned]]

    @classmethod
    def of(cls, stack: Stack) -> "CheckedStack":
        """Return what checks of ``stack`` need; nothing is sent yet."""
        settings = stack.settings.kubernetes
        return cls(
            stack=stack,
            naming=Naming(stack=stack.name, release=stack.settings.release),
            api=ClusterApi(kubeconfig=settings.kubeconfig, context=settings.context),
            planned=plan(stack, kept_on_cluster(stack)),
        )

    @property
    def zones(self) -> tuple[str, ...]:
        """Every zone of the stack; each is a namespace."""
        return tuple(self.planned)

    def setting(self, key: str) -> str:
        """Return how a message names a setting: the stack file and the dotted path in it."""
        return setting_of(self.stack, key)
