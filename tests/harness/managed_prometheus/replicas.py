"""Which of several agents the service listens to: one replica per cluster, another when it has been silent."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

FAILOVER_S = 30.0


@dataclass
class Elections:
    """Elects by who comes first, as the service does: by arrival of requests, not by the time of their samples."""

    failover_s: float = FAILOVER_S
    clock: Callable[[], float] = time.monotonic
    _elected: dict[str, tuple[str, float]] = field(default_factory=dict)

    def accepts(self, cluster: str, replica: str) -> bool:
        """Tell whether samples of this replica are taken, now that some have come."""
        elected, heard = self._elected.get(cluster, (replica, self.clock()))
        if elected != replica and self.clock() - heard < self.failover_s:
            return False
        self._elected[cluster] = (replica, self.clock())
        return True

    def elected(self, cluster: str) -> str | None:
        """Return who is listened to, None before anybody wrote."""
        return self._elected[cluster][0] if cluster in self._elected else None
