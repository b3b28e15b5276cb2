"""What the settings have to know of each platform: a table, so that no check of them asks which one it is.

How a platform does what it does is its own business (`infra/platforms/`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

KUBERNETES_SECRET, SECRETS_MANAGER = "kubernetesSecret", "secretsManager"
PlatformName = Literal["docker", "kubernetes", "eks"]


@dataclass(frozen=True, kw_only=True)
class PlatformFacts:
    """``in_cluster``: services answer inside a cluster, clients come by an edge; elsewhere by ports of the host.

    ``claims_storage``: metrics are stored on a volume of ``kubernetes.storageSize``. ``on_aws``: the settings ``aws``
    count. ``keeps`` is what holds secrets beside the stack, as `secretFiles` of a workload names it.
    """

    in_cluster: bool = False
    claims_storage: bool = False
    on_aws: bool = False
    keeps: tuple[str, ...] = ()


FACTS: Mapping[PlatformName, PlatformFacts] = {
    "docker": PlatformFacts(),
    "kubernetes": PlatformFacts(in_cluster=True, claims_storage=True, keeps=(KUBERNETES_SECRET,)),
    "eks": PlatformFacts(in_cluster=True, on_aws=True, keeps=(KUBERNETES_SECRET, SECRETS_MANAGER)),
}


def facts_of(platform: object) -> PlatformFacts:
    """Return what is known of a platform as a stack file names it; of one that nobody knows, nothing."""
    return next((facts for name, facts in FACTS.items() if name == platform), PlatformFacts())
