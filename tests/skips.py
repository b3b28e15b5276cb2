"""Which tests may be skipped where. On a machine with root, apt and a node of its own none may."""

import os
import re
import shutil
import tarfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tests.servers import zero_code
from toolchain import cluster
from toolchain.cluster import parts
from toolchain.obtain import apt
from toolchain.obtain.cache import Cache

_SKIPPED = "Skipped: "


@dataclass(frozen=True, kw_only=True)
class MaySkip:
    """Tests whose skip gives ``reason`` (a pattern) cannot run ``where``; ``holds`` tells whether that is here."""

    reason: str
    where: str
    holds: Callable[[], bool]


def _no_root() -> bool:
    return os.geteuid() != 0


def _no_node() -> bool:
    return parts.obstacle(Cache.of(os.environ), os.environ) is not None


def _cluster_of_others() -> bool:
    found = cluster.status(Cache.of(os.environ)).cluster
    return _no_node() or (found is not None and not found.name)


def _no_agent() -> bool:
    return not all(agent.usable(Cache.of(os.environ)) for agent in zero_code.EVERY)


MAY_SKIP = (
    MaySkip(
        reason="the utility image is made of a Debian package",
        where="on a system without apt",
        holds=lambda: not apt.present(),
    ),
    MaySkip(reason="what a root user may do", where="as another user than root", holds=_no_root),
    MaySkip(
        reason="`go` is not on PATH to fetch the Prometheus Operator's module with",
        where="on a machine without Go",
        holds=lambda: shutil.which("go") is None,
    ),
    MaySkip(
        reason="the zero-code agent of .* cannot be had here: .*",
        where="where its registry does not answer, or its language is not installed",
        holds=_no_agent,
    ),
    MaySkip(
        reason="this Python has no filters for archives",
        where="on Python before 3.11.4",
        holds=lambda: not hasattr(tarfile, "data_filter"),
    ),
    MaySkip(reason="no node can be made here: .*", where="where no node can be made", holds=_no_node),
    MaySkip(
        reason="the shared cluster is not made here but .*", where="on a cluster of others", holds=_cluster_of_others
    ),
    MaySkip(
        reason="the node of .* cannot be given the addresses of AWS's services",
        where="on a cluster of others",
        holds=_cluster_of_others,
    ),
    MaySkip(
        reason="this cluster has the operator's kinds already",
        where="on a cluster of others",
        holds=_cluster_of_others,
    ),
)


def unaccounted(reasons: Iterable[str]) -> list[str]:
    """Return the reasons, in their order and each once, for which nothing may be skipped on this machine."""
    given = dict.fromkeys(reason.removeprefix(_SKIPPED) for reason in reasons)
    return [reason for reason in given if not any(_allows(rule, reason) for rule in MAY_SKIP)]


def _allows(rule: MaySkip, reason: str) -> bool:
    return re.fullmatch(rule.reason, reason) is not None and rule.holds()
