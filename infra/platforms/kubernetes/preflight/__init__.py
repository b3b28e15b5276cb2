"""Check that a cluster can run a stack before anything is created; report every problem at once, with its fix.

A check is a function that asks the API server and returns problems, one line each. To add one, add it to ``_CHECKS``.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import chain

import pulumi

from config.load import Stack
from infra.platforms.kubernetes.cluster_api.errors import ClusterError
from infra.platforms.kubernetes.preflight import named, namespaces, operated, quotas, reach, rights, volumes
from infra.platforms.kubernetes.preflight.checked_stack import CheckedStack

Check = Callable[[CheckedStack], list[str]]
_CHECKS: tuple[Check, ...] = (
    rights.problems,
    namespaces.problems,
    named.problems,
    operated.problems,
    quotas.problems,
    volumes.problems,
)


def refuse_unfit_cluster(stack: Stack) -> None:
    """Raise ``pulumi.RunError`` that lists every reason why the cluster cannot run the stack; change nothing."""
    checked = CheckedStack.of(stack)
    with closing(checked.api):
        try:
            # The others can ask only once the server answers.
            found = reach.problems(checked) or _run_all(checked)
        except ClusterError as error:
            found = [str(error)]
    if found:
        lines = "\n".join(f"  - {problem}" for problem in found)
        raise pulumi.RunError(f"the cluster is not ready for this stack; nothing was changed:\n{lines}")


def _run_all(checked: CheckedStack) -> list[str]:
    with ThreadPoolExecutor(len(_CHECKS)) as pool:
        return list(chain.from_iterable(pool.map(lambda check: check(checked), _CHECKS)))


__all__ = ["refuse_unfit_cluster"]
