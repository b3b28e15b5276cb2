"""Settings of jobs that run before a workload starts."""

from typing import Annotated

from pydantic import Field, StringConstraints

from config import patterns
from config.model import Model, unit

# Twenty characters, as the names of workloads and revisions: all three name pods.
_JobName = Annotated[str, StringConstraints(pattern=patterns.DNS_LABEL, max_length=20)]
_Argument = Annotated[str, StringConstraints(pattern=patterns.VARIABLE_VALUE)]


class JobSettings(Model):
    """A command that runs to completion, in the workload's image and with its variables and files."""

    name: _JobName
    """Name of the job, after that of the workload's version."""
    command: list[_Argument] = Field(min_length=1)
    """Arguments for the image's entry point."""
    timeout_seconds: Annotated[int, unit("seconds")] = Field(default=600, ge=1, le=86_400)
    """Time after which the job counts as failed."""
