"""Whether there is such a context, and a server behind it that is new enough and knows the user."""

import re

from infra.platforms.kubernetes.preflight.question import Question
from toolchain.standins.kubernetes.client import ApiError, UnreachableError
from toolchain.standins.servicer.answering import RefusedError
from toolchain.standins.servicer.values import text

# The oldest minor version of Kubernetes 1 that has everything in use: a preStop sleep came with 1.30.
OLDEST_MINOR = 30


def faults(question: Question) -> list[str]:
    """Return why nobody who fits answers, at most one reason."""
    try:
        target = question.client.target
    except UnreachableError as error:
        return [f"{question.place('kubernetes.context')}: {error}"]
    try:
        version = question.client.get("/version", doing=f"ask {target} for its version")
    except ApiError as error:
        return [str(error)]
    except RefusedError as error:
        return [f"{question.place('kubernetes.context')}: {error}; start the cluster or name another context"]
    found = f"{text(version, 'major')}.{text(version, 'minor')}"
    minor = re.match(r"1\.(\d+)", found)
    if minor is None or int(minor[1]) < OLDEST_MINOR:
        return [f"{target} runs Kubernetes {found}; wanted 1.{OLDEST_MINOR} or newer"]
    return []
