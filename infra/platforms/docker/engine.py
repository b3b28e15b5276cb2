"""The engine that a platform's resources are on."""

from dataclasses import dataclass

import pulumi
import pulumi_docker as docker

from infra.platforms.docker.naming import Naming


@dataclass(frozen=True, kw_only=True)
class Engine:
    """How resources on the engine are named, and the provider that reaches it (None: their parent's)."""

    naming: Naming
    provider: docker.Provider | None = None

    def options(
        self, parent: pulumi.Resource | None, more: pulumi.ResourceOptions | None = None
    ) -> pulumi.ResourceOptions:
        """Return the options of a resource below ``parent``, with ``more`` of its own."""
        return pulumi.ResourceOptions.merge(
            pulumi.ResourceOptions(parent=parent, provider=self.provider), more or pulumi.ResourceOptions()
        )
