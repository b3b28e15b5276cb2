"""What a hook may use of the resource at hand."""

from collections.abc import Mapping
from typing import Protocol

from toolchain.simulated_aws.plugin.rows import Scope
from toolchain.standins.servicer.values import Props


class Resource(Protocol):
    """A resource at work; `scope.Resource` is one."""

    props: Props
    id: str

    def scope(self) -> Scope:
        """Return what templates may name at the moment."""

    def call(self, operation: str, params: Mapping[str, object], doing: str) -> dict[str, object]:
        """Call an operation of the resource's service."""
