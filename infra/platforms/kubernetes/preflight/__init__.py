"""What would stop a stack on its cluster is told before anything is made: every fault, with its remedy.

A check is a function that asks the API server and returns faults, one line each; another one is added to ``_CHECKS``.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

import pulumi

from config.load import Stack
from infra.platforms.kubernetes.preflight import named, namespaces, operated, quotas, reach, rights
from infra.platforms.kubernetes.preflight.question import Question, at_once
from toolchain.standins.servicer.answering import RefusedError

Check = Callable[[Question], list[str]]
_CHECKS: tuple[Check, ...] = (rights.faults, namespaces.faults, named.faults, operated.faults, quotas.faults)


def refuse_unfit_cluster(stack: Stack) -> None:
    """Raise ``pulumi.RunError`` with every reason why the stack cannot be put on its cluster; nothing is changed."""
    question = Question.about(stack)
    try:
        # Nobody can be asked anything else before somebody answers.
        found = reach.faults(question) or _ask(question)
    except RefusedError as error:
        found = [str(error)]
    if found:
        raise pulumi.RunError(
            "the cluster cannot take this stack; nothing was changed:\n" + "\n".join(f"  - {fault}" for fault in found)
        )


def _ask(question: Question) -> list[str]:
    with ThreadPoolExecutor(len(_CHECKS)) as pool:
        return list(chain.from_iterable(pool.map(lambda check: check(question), _CHECKS)))


__all__ = ["Question", "at_once", "refuse_unfit_cluster"]
