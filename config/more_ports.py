"""More ports of a workload: what they may be called, and the variables by which callers find them."""

from collections.abc import Collection, Mapping
from typing import Annotated, Protocol

from pydantic import StringConstraints

from config import patterns

# The port of `port`, which serves HTTP.
HTTP = "http"
# As Kubernetes takes names of ports.
PortName = Annotated[str, StringConstraints(pattern=patterns.PORT_NAME, max_length=15)]


class Called(Protocol):
    """A workload's settings, as far as others call it."""

    @property
    def ports(self) -> Mapping[str, int]:
        """Its ports beside the one that serves HTTP, by name."""

    @property
    def callers(self) -> Collection[str]:
        """Who calls it."""


def as_variable(name: str) -> str:
    """Return a name as a part of variables."""
    return name.upper().replace("-", "_")


def port_variables(role: str, ports: Collection[str]) -> dict[str, str]:
    """Return the variable by which callers of ``role`` find each of its ``ports``."""
    return {port: f"{as_variable(role)}_{as_variable(port)}_ADDRESS" for port in ports}


def refuse_repeats(port: int, ports: Mapping[str, int]) -> None:
    """Raise ValueError when two ports of a workload have one number, or one the name of the first."""
    if HTTP in ports:
        raise ValueError(f"ports.{HTTP} must be left out; it is the name of `port`")
    owners = {port: "port"}
    for name, number in ports.items():
        if (other := owners.setdefault(number, f"ports.{name}")) != f"ports.{name}":
            raise ValueError(f"ports.{name} must differ from {other} (got {number})")


def refuse_one_variable_for_two(workloads: Mapping[str, Called]) -> None:
    """Raise ValueError when a caller would find two ports by one variable."""
    owners: dict[tuple[str, str], str] = {}
    for role, said in workloads.items():
        for port, variable in port_variables(role, said.ports).items():
            place = f"workloads.{role}.ports.{port}"
            for caller in said.callers:
                if (other := owners.setdefault((caller, variable), place)) != place:
                    raise ValueError(f"{other} and {place} would both be {variable} of {caller}; rename one")
