"""How a platform asks a service about its state: three questions, since one answer has three consequences."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Probe:
    """HTTP GETs of ``port`` that answer 2xx or 3xx.

    Attributes:
        path: Answers while the service can do its work, with all that it depends on. Until it answers, a deployment
            waits and a cluster sends no requests; nothing is restarted.
        port: Name of the port.
        liveness: Answers while the process works, whatever it depends on; a cluster restarts a container in which it
            does not. None: only a port that accepts no connections is a reason.
        startup: Answers once the service has started; a cluster asks nothing else before, and restarts a container in
            which it never does. None: as ``liveness``.
    """

    path: str
    port: str
    liveness: str | None = None
    startup: str | None = None
