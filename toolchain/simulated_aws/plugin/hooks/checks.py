"""What checks have access to."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from toolchain.standins.servicer.values import Props, reveal, text

if TYPE_CHECKING:
    from toolchain.simulated_aws.plugin.connection import Connection


@dataclass
class Checking:
    """A resource's inputs while they are validated."""

    inputs: Props
    connection: "Connection"
    failures: list[str]

    def refuse(self, prop: str, reason: str) -> None:
        """Record why a property is invalid."""
        self.failures.append(f"{prop}: {reason}")

    def text(self, name: str) -> str:
        """Return a text that is known and not empty, else ""."""
        value = reveal(self.inputs.get(name))
        return value if isinstance(value, str) else ""

    @cached_property
    def region(self) -> str:
        """The region of the resource."""
        return text(self.inputs, "region") or self.connection.settings.region
