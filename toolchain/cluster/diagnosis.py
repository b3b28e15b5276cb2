"""The cluster's row in `make doctor`."""

from collections.abc import Mapping

from toolchain import cluster
from toolchain.obtain.cache import Cache
from toolchain.obtain.diagnosis import Finding, State
from toolchain.obtain.errors import UnavailableError


def examine(cache: Cache, environ: Mapping[str, str]) -> Finding:
    """Look for a cluster that stacks can use; changes nothing."""
    name, remedy = "Kubernetes cluster", "only for Kubernetes: `make cluster` creates one"
    try:
        found = cluster.status(cache, environ=environ)
    except UnavailableError as error:
        return Finding(name=name, state=State.OPTIONAL, where=error.reason)
    if found.cluster is None:
        return Finding(name=name, state=State.OPTIONAL, remedy=cluster.obstacle(cache, environ) or remedy)
    where = f"context {found.cluster.context} ({found.cluster.origin})"
    if found.healthy:
        return Finding(name=name, state=State.THERE, where=where)
    return Finding(name=name, state=State.OPTIONAL, where=where, remedy="does not answer; `make cluster` shows why")
