"""Settings of the AWS account as a whole, and the checks that concern several of its parts."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator
from pydantic.alias_generators import to_camel

from config import patterns, subnets
from config.aws.budget import BudgetSettings
from config.aws.cluster import ClusterSettings
from config.aws.metrics import MetricsSettings
from config.aws.network import NetworkSettings
from config.aws.notifications import NotificationSettings
from config.model import Model

Region = Annotated[str, StringConstraints(pattern=patterns.AWS_REGION)]
Account = Annotated[str, StringConstraints(pattern=patterns.AWS_ACCOUNT)]
TagValue = Annotated[str, StringConstraints(pattern=patterns.AWS_TAG, max_length=256)]


class Ownership(Model):
    """Tags on everything that the stack creates."""

    owner: TagValue = Field(min_length=1)
    """Who answers for the stack: tag `owner`."""
    cost_center: TagValue = Field(min_length=1)
    """Who pays: tag `cost-center`."""


class AwsSettings(Model):
    """The AWS account and what the stack creates in it; required with `platform: eks`."""

    region: Region
    """Region of everything."""
    account: Account | None = None
    """The only account to deploy to, in quotes: a guard against the wrong credentials. Without it any."""
    profile: str | None = Field(default=None, min_length=1)
    """Profile of the AWS configuration whose credentials are used. Without it the SDK's usual search."""
    ownership: Ownership
    """Tags on everything that the stack creates."""
    network: NetworkSettings = NetworkSettings()
    """The VPC."""
    cluster: ClusterSettings = ClusterSettings()
    """The EKS cluster."""
    metrics: MetricsSettings = MetricsSettings()
    """Amazon Managed Service for Prometheus."""
    notifications: NotificationSettings = NotificationSettings()
    """Who is notified of alerts."""
    identity: Literal["pod-identity", "irsa"] = "pod-identity"
    """How pods get AWS credentials: EKS Pod Identity, or IAM roles for service accounts."""
    registry: bool = True
    """Whether to create ECR repositories for the stack's own images. If not, name the images under `images`."""
    grafana: bool = False
    """Whether to create a Managed Grafana workspace beside the console."""
    budget: BudgetSettings | None = None
    """A monthly budget. Without it nobody is warned of costs."""
    protection: Literal["protected", "deletable"] = "protected"
    """Whether what holds data (workspaces, logs, the cluster) is protected from deletion."""

    @model_validator(mode="after")
    def _zones_are_of_the_region(self) -> "AwsSettings":
        if isinstance(self.network.zones, list):
            foreign = [zone for zone in self.network.zones if not zone.startswith(self.region)]
            if foreign:
                raise ValueError(f"network.zones must be in region {self.region} (got {', '.join(foreign)})")
        return self

    @model_validator(mode="after")
    def _services_lie_beside_the_network(self) -> "AwsSettings":
        services, network = self.cluster.service_cidr, self.network
        if network.existing is None and services and subnets.overlapping(services, [network.cidr]):
            raise ValueError(
                f"cluster.serviceCidr must not overlap network.cidr, which is {network.cidr}: nodes could not tell pods"
                f" from Services (got {services})"
            )
        return self

    @model_validator(mode="after")
    def _what_others_keep_is_not_set(self) -> "AwsSettings":
        if self.cluster.existing is None:
            return self
        said = {"network": self.network, "cluster": self.cluster}
        idle = [
            f"{part}.{to_camel(name)}"
            for part, settings in said.items()
            for name in type(settings).model_fields
            if name in settings.model_fields_set and (part, name) != ("cluster", "existing")
        ]
        if idle:
            raise ValueError(
                f"remove {', '.join(idle)}: with cluster.existing ({self.cluster.existing}), cluster and network"
                " are not the stack's to configure"
            )
        return self
