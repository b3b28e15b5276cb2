"""Addresses at which AWS answers pods, given to this machine for a while."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from toolchain.cluster import LOCAL, Cluster, local
from toolchain.cluster.layout import Layout
from toolchain.cluster.sandbox import Sandbox
from toolchain.obtain.cache import Cache

# Where EKS Pod Identity's agent answers on each node; SDKs take credentials without TLS from few other addresses.
POD_IDENTITY = "169.254.170.23"
# Where Managed Prometheus answers: an address of the stack's VPC, as by an interface endpoint.
VPC_CIDR = "10.64.0.0/16"
MANAGED_PROMETHEUS = "10.64.255.2"
HTTP = 80
_SECONDS = 10


def layout_of(cluster: Cluster) -> Layout:
    """Return where the node is; skips on a cluster whose node cannot be given addresses."""
    found = local.running(Cache.of(os.environ), cluster.name) if cluster.origin == LOCAL else None
    if found is None:
        pytest.skip(f"the node of {cluster.context} ({cluster.origin}) cannot be given the addresses of AWS's services")
    return found


@contextmanager
def answering_at(layout: Layout, *addresses: str) -> Iterator[None]:
    """Let this machine answer at ``addresses``, to itself and to the cluster's pods."""
    sandbox = Sandbox(layout)
    try:
        for address in addresses:
            _run("ip", "address", "replace", f"{address}/32", "dev", "lo")
            _run(*sandbox.enter(["ip", "route", "replace", f"{address}/32", "via", str(layout.host_address)]))
        yield
    finally:
        for address in addresses:
            _run(*sandbox.enter(["ip", "route", "delete", f"{address}/32"]), check=False)
            _run("ip", "address", "delete", f"{address}/32", "dev", "lo", check=False)


def _run(*command: str, check: bool = True) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
    assert not check or done.returncode == 0, f"{command}: {done.stderr}"
