"""Where a workload's replicas run, when that is not left to the platform."""

from collections.abc import Sequence
from dataclasses import dataclass

from components.toleration import Toleration


@dataclass(frozen=True, kw_only=True)
class OnePerNode:
    """One replica on each node of a cluster; on an engine, which is one node, one in all.

    New nodes get theirs by themselves. ``tolerations`` are the taints of nodes that get one, too, beside those that the
    platform's pods tolerate.
    """

    tolerations: Sequence[Toleration] = ()


@dataclass(frozen=True, kw_only=True)
class OneReplica:
    """One replica, wherever the platform puts it: what it stores has one writer.

    An update ends it before the new one starts.
    """
