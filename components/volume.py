"""Data of a workload that outlives it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from components.folders import overlapping
from components.names import require_distinct, require_label
from config import patterns


@dataclass(frozen=True, kw_only=True)
class DataVolume:
    """Data that outlives the service, mounted at ``path``.

    Raises ValueError for a name that fits into no other, a path that is not from / on, and a size that is none.

    Attributes:
        name: What the volume is called beside the others of the workload.
        path: Where the service finds it.
        size: What a cluster claims for it, as Kubernetes writes it (``10Gi``), and enlarges in place; None: what the
            platform gives each volume. On an engine volumes share its disk.
        from_image: Whether it starts as what the image has at ``path``, with its owner, on an engine. Otherwise it
            starts empty, and the workload's user may write to it, whatever the image has there.
    """

    name: str
    path: str
    size: str | None = None
    from_image: bool = False

    def __post_init__(self) -> None:
        """Refuse what no platform can make."""
        require_label(self.name, "name of a volume")
        if not PurePosixPath(self.path).is_absolute():
            raise ValueError(f"path of volume {self.name} must be a path from / on (got {self.path!r})")
        if self.size is not None and re.fullmatch(patterns.QUANTITY, self.size) is None:
            raise ValueError(
                f"size of volume {self.name} must be {patterns.WORDS[patterns.QUANTITY]} (got {self.size!r})"
            )


def check(volumes: Sequence[DataVolume], role: str, others: Sequence[str]) -> None:
    """Refuse two volumes of one name, and one whose path holds, or lies in, one of ``others``; raises ValueError."""
    require_distinct((volume.name for volume in volumes), f"volumes of {role}")
    for number, volume in enumerate(volumes):
        other = overlapping(volume.path, (*others, *(each.path for each in volumes[:number])))
        if other is not None:
            raise ValueError(
                f"path of volume {volume.name} of {role} must be a folder of its own, apart from {other}"
                f" (got {volume.path})"
            )
