"""Addresses that answer inside a cluster only: their pods are looked at, and some are asked through their forwards."""

import shlex
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain, zip_longest

from config.settings import CONTROL_ZONE
from delivery import forwards
from delivery.errors import CommandError
from delivery.forwards import Forward
from delivery.look import Kubectl, Look
from delivery.outputs import Outputs

# A forward costs kubectl half a second of processor time: 200 of them, of 100 planes, two minutes on a small machine.
MOST_FORWARDS = 16
_AT_ONCE = 8
_OPEN_WITHIN_S = 15.0
# In the API server's answer to a user who may not open forwards, as `up` itself needs no right to.
_FORBIDDEN = 'cannot create resource "pods/portforward"'
Reach = Callable[[str, str], str | None]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is wrong with each address that was asked, None where nothing is; ``remark`` says why others were not.

    ``ready`` are those that were not asked because enough others of their kind were: a pod of each is ready, which the
    cluster asked.
    """

    faults: Mapping[str, str | None]
    ready: frozenset[str] = frozenset()
    remark: str | None = None


@dataclass(frozen=True, kw_only=True)
class Inside:
    """The inside of the cluster of ``stack``, by kubectl in this ``environment`` and as the stack's outputs say."""

    stack: str
    outputs: Outputs
    environment: Mapping[str, str]

    def look(self) -> Look:
        """Look at the workloads and pods of every zone, also of those that an edge publishes whole."""
        words = shlex.split(self.outputs.kubectl)
        if not words:  # a stack of an earlier version
            command = next(iter(self._ways().values())).command
            words = [*command[: command.index("-n")]]
        # As infra/platforms/kubernetes/naming.py has it, which takes half a second to import.
        instance = f"planewatch-{self.stack}"
        kubectl = Kubectl(command=words, environment=self.environment, instance=instance)
        return kubectl.look([f"{instance}-{zone}" for zone in (CONTROL_ZONE, *self.outputs.data_planes)])

    def ask(self, urls: Iterable[str], look: Look, reach: Reach) -> Asked:
        """Ask the addresses among ``urls`` that have a forward which the user may open, where pods are known.

        No more than `MOST_FORWARDS` are opened, for addresses of every kind (a kind is a service's name): whether a pod
        is ready the cluster knows already, and services of one kind are alike. ``reach`` gets an address and its URL on
        this machine, and returns what is wrong there.
        """
        ways, forbidden = self._ways(), set[str]()

        def asked(url: str) -> str | None:
            way = ways[url]
            try:
                with forwards.opened([way], self.environment, _say_nothing, within_s=_OPEN_WITHIN_S) as opened:
                    return reach(url, opened[way.name])
            except CommandError as error:
                if _FORBIDDEN in str(error):
                    forbidden.add(url)
                return str(error)

        wanted = [url for url in urls if url in ways and look.knows(_namespace(ways[url]))]
        ready = [url for url in wanted if look.can_answer(_namespace(ways[url]), _service(ways[url]))]
        chosen = _of_every_kind({url: _service(ways[url]) for url in ready})[:MOST_FORWARDS]
        faults: dict[str, str | None] = {url: "no pod of it is ready" for url in wanted if url not in ready}
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            faults |= zip(chosen, pool.map(asked, chosen), strict=True)
        remark = "Addresses were not asked: to open forwards, allow the user to create pods/portforward."
        return Asked(
            faults={url: fault for url, fault in faults.items() if url not in forbidden},
            ready=frozenset(ready) - {*chosen},
            remark=remark if forbidden else None,
        )

    def _ways(self) -> dict[str, Forward]:
        listed = [Forward.of(name, text) for name, text in self.outputs.access.items()]
        return {f"http://{_service(way)}.{_namespace(way)}.svc:{way.remote}": way.anywhere() for way in listed}


def _of_every_kind(kinds: Mapping[str, str]) -> list[str]:
    """Return the addresses, given with their kinds: the first of each kind, then the second of each, and so on."""
    of_kind: defaultdict[str, list[str]] = defaultdict(list)
    for url, kind in kinds.items():
        of_kind[kind].append(url)
    return [url for url in chain(*zip_longest(*of_kind.values())) if url is not None]


def _namespace(way: Forward) -> str:
    return way.command[way.command.index("-n") + 1]


def _service(way: Forward) -> str:
    return way.command[-1].removeprefix("service/")


def _say_nothing(_: str) -> None:
    """Say nothing: a forward that ends is told by what it was opened for."""
