"""What a workload may do at the API of the cluster that it runs on."""

from collections.abc import Sequence
from dataclasses import dataclass

# With these a rule grants more than it says: other rules, other identities.
_RAISING = frozenset({"escalate", "bind", "impersonate"})


@dataclass(frozen=True, kw_only=True)
class ApiRight:
    """A rule of a workload's role: its ``verbs`` on ``resources``, in its own zone unless ``cluster_wide``.

    Raises ValueError for a rule that grants nothing, everything, or a means to gain more.

    Attributes:
        resources: Resources as Kubernetes names them: ``pods``, ``pods/log``.
        verbs: What it may do: ``get``, ``list``, ``watch`` …
        groups: API groups of the resources; the core group is empty.
        names: Names of the objects; without any, all of them.
        cluster_wide: Whether it holds in every namespace, and for what is in none.
    """

    resources: Sequence[str]
    verbs: Sequence[str]
    groups: Sequence[str] = ("",)
    names: Sequence[str] = ()
    cluster_wide: bool = False

    def __post_init__(self) -> None:
        """Refuse what nobody can mean, or nobody should be given."""
        for what in ("resources", "verbs", "groups"):
            said = getattr(self, what)
            if not said or "*" in said:
                raise ValueError(f"{what} of ApiRight must be named, without * (got {list(said)})")
        if raising := sorted(_RAISING.intersection(self.verbs)):
            raise ValueError(
                f"verbs of ApiRight must be none of {', '.join(sorted(_RAISING))} (got {', '.join(raising)})"
            )
