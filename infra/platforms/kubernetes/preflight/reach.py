"""Check that the context exists, that its server answers and is new enough, and that it knows the user."""

import re

from infra.platforms.kubernetes.cluster_api.answers import text
from infra.platforms.kubernetes.cluster_api.errors import KubeconfigError, UnreachableError
from infra.platforms.kubernetes.preflight.checked_stack import CheckedStack

# The oldest minor version of Kubernetes 1 that has everything in use: a preStop sleep came with 1.30.
OLDEST_MINOR = 30


def problems(checked: CheckedStack) -> list[str]:
    """Return why the cluster cannot be used at all: at most one reason."""
    context = checked.setting("kubernetes.context")
    try:
        version = checked.api.get("/version")
    except KubeconfigError as error:
        return [f"{context}: {error}"]
    except UnreachableError as error:
        return [f"{context}: {error}; start the cluster or choose another context"]
    found = f"{text(version, 'major')}.{text(version, 'minor')}"
    minor = re.match(r"1\.(\d+)", found)
    if minor is None or int(minor[1]) < OLDEST_MINOR:
        return [f"{checked.api.target} runs Kubernetes {found}; planewatch needs ≥ 1.{OLDEST_MINOR}"]
    return []
