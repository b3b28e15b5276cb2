"""How a stack reaches its cluster, and what must exist before the first object is created on it."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi


@dataclass(frozen=True, kw_only=True)
class ClusterAccess:
    """A ``context`` of a kubeconfig: a file's path, its text, or the usual file without one.

    ``before`` are resources without which no pod can run, where the stack makes the cluster by itself. ``resolvers``
    are the addresses (CIDRs) at which pods ask for names where no pod of the cluster answers them.
    """

    context: str | None = None
    kubeconfig: pulumi.Input[str] | None = None
    before: Sequence[pulumi.Resource] = ()
    resolvers: Sequence[str] = ()
