"""What the checks ask about, and how: a stack, its names, and the API server that its settings mean."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from config.load import PROJECT, Stack
from config.settings import CONTROL_ZONE
from infra.platforms.kubernetes.naming import Naming
from toolchain.standins.kubernetes.client import NOT_FOUND, ApiError, Client
from toolchain.standins.kubernetes.settings import Settings
from toolchain.standins.servicer.values import Props, Value

# A healthy API server answers in milliseconds; one that takes longer is asked once more.
_ANSWER_S = 5
_TRIES = 2
# Zones are asked about side by side: a hundred planes take as long as ten do one by one.
_AT_A_TIME = 8

_Given = TypeVar("_Given")
_Found = TypeVar("_Found")


def at_once(ask: Callable[[_Given], _Found], given: Iterable[_Given]) -> list[_Found]:
    """Ask the same of many, several at a time; answers are in the order of what was given."""
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        return list(pool.map(ask, given))


def place(stack: Stack, key: str) -> str:
    """Return how a fault names a setting of the stack file, by its dotted path."""
    return f"stacks/Pulumi.{stack.name}.yaml: {PROJECT}:{key}"


@dataclass(frozen=True, kw_only=True)
class Question:
    """A stack and the connection to its cluster."""

    stack: Stack
    naming: Naming
    client: Client

    @classmethod
    def about(cls, stack: Stack) -> "Question":
        """Ask about a stack; nothing is sent yet."""
        settings = stack.settings.kubernetes
        where = Settings(
            kubeconfig=settings.kubeconfig or "", context=settings.context or "", request_seconds=_ANSWER_S
        )
        naming = Naming(stack=stack.name, release=stack.settings.release)
        return cls(stack=stack, naming=naming, client=Client(where, tries=_TRIES))

    @property
    def zones(self) -> tuple[str, ...]:
        """Every zone of the stack, each of which is a namespace."""
        return (*sorted(self.stack.settings.data_planes), CONTROL_ZONE)

    def place(self, key: str) -> str:
        """Return how a fault names a setting of the stack file, by its dotted path."""
        return place(self.stack, key)

    def get(self, path: str) -> Props | None:
        """Return an object or list, None when there is none; raises ApiError when it may not be read."""
        try:
            return self.client.get(path)
        except ApiError as error:
            if error.code == NOT_FOUND:
                return None
            raise

    def review(self, group: str, kind: str, spec: dict[str, Value]) -> Props:
        """Ask the API server about the caller; returns the review's status."""
        body: Value = {"apiVersion": group, "kind": kind, "spec": spec}
        found = self.client.request("POST", f"/apis/{group}/{kind.lower()}s", body=body).get("status")
        return found if isinstance(found, dict) else {}
