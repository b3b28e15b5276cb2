"""Settings of a workload's versions that stand side by side."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Protocol

from pydantic import Field, StringConstraints

from config import patterns
from config.jobs import JobSettings
from config.model import Model
from config.variables import Variables

# Twenty characters, as a workload's own name: both together name pods.
Revision = Annotated[str, StringConstraints(pattern=patterns.DNS_LABEL, max_length=20)]


class VersionSettings(Model):
    """Another version of a workload. What is not said here is as the workload has it."""

    image: str | None = Field(default=None, pattern=patterns.IMAGE)
    """Image of this version. Without it the workload's."""
    environment_variables: Variables = Field(default={})
    """Environment variables that differ from the workload's."""


class Versioned(Protocol):
    """A workload's settings, as far as they name its versions."""

    @property
    def revision(self) -> str | None:
        """The version that receives the traffic."""

    @property
    def beside(self) -> Mapping[str, VersionSettings]:
        """The others by revision."""

    @property
    def jobs_before_start(self) -> Sequence[JobSettings]:
        """The jobs before each version."""


def names(workloads: Mapping[str, Versioned]) -> Iterator[tuple[str, str]]:
    """Yield (place, name) of the pods of every version of a plane's workloads, and of the jobs before it."""
    for role, said in workloads.items():
        for revision in (said.revision, *said.beside):
            name = role if revision is None else f"{role}-{revision}"
            yield f"workloads.{role}", name
            for number, job in enumerate(said.jobs_before_start):
                yield f"workloads.{role}.jobsBeforeStart.{number}", f"{name}-{job.name}"


def require_distinct(workloads: Mapping[str, Versioned]) -> None:
    """Refuse versions that would have the same pods; raises ValueError."""
    for role, said in workloads.items():
        if said.revision in said.beside:
            raise ValueError(
                f"workloads.{role}.beside must hold other versions than its revision (got {said.revision})"
            )
    owners: dict[str, str] = {}
    for place, name in names(workloads):
        if (other := owners.setdefault(name, place)) != place:
            raise ValueError(f"{other} and {place} would both have pods called {name}; rename one")
