"""A taint of nodes that pods tolerate."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Toleration:
    """A taint that pods tolerate, as Kubernetes writes it.

    Attributes:
        key: Key of the taint.
        operator: Whether the taint's value must be equal, or any will do.
        value: Value of the taint; none with ``Exists``.
        effect: Effect to tolerate; None: all of them.
    """

    key: str
    operator: Literal["Equal", "Exists"] = "Equal"
    value: str | None = None
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] | None = None
