"""Compare a stack with what Kubernetes clusters have of it, each reached as the state's provider reaches it."""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass

from delivery.live import objects
from delivery.live.model import Difference, Kind
from delivery.live.questions import INSTANCE, Object, ask, served
from delivery.recorded import Resource
from infra.platforms.kubernetes.cluster_api.client import ClusterApi
from infra.platforms.kubernetes.cluster_api.errors import ClusterError

_AT_ONCE = 8
# How long what is being deleted may take to be gone.
_SETTLE_S, _PAUSE_S = 60.0, 0.5
_Group = tuple[Kind, str]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What differs, and why something was not looked at, in words; nothing where everything was."""

    differences: tuple[Difference, ...] = ()
    unseen: tuple[str, ...] = ()


def read(
    resources: Iterable[Resource], providers: Mapping[str, Resource], environ: Mapping[str, str]
) -> tuple[Reading, ...]:
    """Compare objects with their clusters; ``providers`` are those of the state by URN. Returns one per provider.

    Never raises for a cluster that does not answer: an update may be what makes it reachable.
    """
    by_provider: defaultdict[str, list[Resource]] = defaultdict(list)
    for resource in resources:
        by_provider[resource.provider.rpartition("::")[0]].append(resource)
    return tuple(_read(mine, providers.get(urn), environ) for urn, mine in by_provider.items())


def _read(resources: list[Resource], provider: Resource | None, environ: Mapping[str, str]) -> Reading:
    said = {} if provider is None else provider.inputs
    kubeconfig, context = said.get("kubeconfig"), said.get("context")
    if not all(value is None or isinstance(value, str) for value in (kubeconfig, context)):
        return Reading(unseen=("the kubeconfig is a secret in the state",))
    try:
        with (
            closing(ClusterApi(kubeconfig=kubeconfig or None, context=context or None, environ=environ)) as api,
            ThreadPoolExecutor(_AT_ONCE) as pool,
        ):
            api.get("/version")  # alone: the first request opens the connections for all threads
            found = list(pool.map(lambda group: _of_kind(api, *group), _groups(resources).items()))
    except ClusterError as error:
        return Reading(unseen=(str(error),))
    return Reading(
        differences=tuple(one for each in found for one in each.differences),
        unseen=tuple(dict.fromkeys(one for each in found for one in each.unseen)),
    )


def _groups(resources: Iterable[Resource]) -> dict[_Group, list[Resource]]:
    """Return the objects by what one question tells: a kind, and the label of the stack."""
    groups: defaultdict[_Group, list[Resource]] = defaultdict(list)
    for resource in resources:
        kind = Kind.of(resource.type)
        labels = resource.inputs.get("metadata", {}).get("labels", {})
        if kind is not None:
            groups[kind, labels.get(INSTANCE, "")].append(resource)
    return groups


def _of_kind(api: ClusterApi, group: _Group, resources: list[Resource]) -> Reading:
    kind, instance = group
    answer = ask(api, kind, instance, (resource.id for resource in resources))
    seen = [resource for resource in resources if resource.id not in answer.refused]
    return Reading(
        differences=tuple(
            Difference(urn=resource.urn, name=f"{kind.name} {resource.id}", what=what, replace=replace)
            for resource in seen
            for what, replace in _differences(api, kind, resource, answer.objects.get(resource.id))
        ),
        unseen=tuple(answer.refused.values()),
    )


def _differences(api: ClusterApi, kind: Kind, resource: Resource, live: Object | None) -> Iterator[tuple[str, bool]]:
    if live is not None and live["metadata"].get("deletionTimestamp"):
        live = _settled(api, kind, resource.id, live)
    if live is None:
        if not objects.goes_by_itself(resource, kind.name):
            yield "is gone", False
    else:
        yield from objects.differences(resource, kind.name, live)


def _settled(api: ClusterApi, kind: Kind, identity: str, live: Object) -> Object | None:
    """Wait until an object that is being deleted is gone, or another one has its name."""
    deadline, where = time.monotonic() + _SETTLE_S, served(api, kind)
    current: Object | None = live
    while where is not None and current is not None and current["metadata"].get("deletionTimestamp"):
        if time.monotonic() > deadline:
            break
        time.sleep(_PAUSE_S)
        current = api.find(where.one(identity))
    return current
