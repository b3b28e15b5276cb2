"""Jobs that run to completion before a workload starts, such as a migration of its database."""

from collections.abc import Sequence
from dataclasses import dataclass

from components.names import require_distinct, require_label


@dataclass(frozen=True, kw_only=True)
class Job:
    """A command that runs to completion before each new version of a workload starts.

    It runs in the workload's image with its variables, its files, its rights and its ways to others, but without its
    data volumes. It runs again when anything of that changes, so it must do no harm when it runs twice. Raises
    ValueError for a name that fits into no host name, and for a time limit below 1.

    Attributes:
        name: What the job is called, after the version of the workload.
        command: What follows the image's entry point.
        timeout_s: Seconds after which the job counts as failed.
    """

    name: str
    command: Sequence[str]
    timeout_s: int = 600

    def __post_init__(self) -> None:
        """Refuse what no platform can run."""
        require_label(self.name, "name of a job")
        if self.timeout_s < 1:
            raise ValueError(f"timeout_s of job {self.name} must be ≥ 1 (got {self.timeout_s})")


def check(jobs: Sequence[Job], role: str, revisions: Sequence[str]) -> None:
    """Refuse jobs of which two, or one and a version of the workload, would be called the same; raises ValueError."""
    require_distinct((*revisions, *(job.name for job in jobs)), f"jobs and revisions of {role}")
