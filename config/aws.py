"""What a stack may say about the AWS account it runs in: network, cluster, metrics, people to tell."""

from ipaddress import IPv4Network
from typing import Annotated, Literal

from pydantic import AfterValidator, Discriminator, Field, StringConstraints, Tag, field_validator, model_validator
from pydantic.alias_generators import to_camel

from config import addons, patterns, subnets
from config.model import Model


def _is_network(cidr: str) -> str:
    try:
        IPv4Network(cidr)
    except ValueError as error:
        raise ValueError(f"a network such as 10.64.0.0/16 ({error})") from error
    return cidr


Region = Annotated[str, StringConstraints(pattern=patterns.AWS_REGION)]
ZoneName = Annotated[str, StringConstraints(pattern=patterns.AWS_ZONE)]
Arn = Annotated[str, StringConstraints(pattern=patterns.AWS_ARN)]
Account = Annotated[str, StringConstraints(pattern=patterns.AWS_ACCOUNT)]
NetworkCidr = Annotated[str, StringConstraints(pattern=patterns.IPV4_CIDR), AfterValidator(_is_network)]
TagValue = Annotated[str, StringConstraints(pattern=patterns.AWS_TAG, max_length=256)]
VpcId = Annotated[str, StringConstraints(pattern=patterns.AWS_VPC)]
SubnetId = Annotated[str, StringConstraints(pattern=patterns.AWS_SUBNET)]
# The retention periods that CloudWatch Logs knows, in days.
LogRetention = Literal[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653
]


class Ownership(Model):
    """Who answers for the stack and who pays: tags on everything."""

    owner: TagValue = Field(min_length=1)
    cost_center: TagValue = Field(min_length=1)


class ExistingNetwork(Model):
    """A VPC that somebody else keeps. Subnets must lie in at least two zones; AWS refuses clusters in one."""

    vpc_id: VpcId
    private_subnet_ids: list[SubnetId] = Field(min_length=2)
    public_subnet_ids: list[SubnetId] = Field(default=[])

    @model_validator(mode="after")
    def _subnets_are_distinct(self) -> "ExistingNetwork":
        subnets = [*self.private_subnet_ids, *self.public_subnet_ids]
        if twice := sorted({subnet for subnet in subnets if subnets.count(subnet) > 1}):
            raise ValueError(f"{', '.join(twice)} is given twice; wanted each subnet once, private or public")
        return self


def _how_zones_are_told(value: object) -> str | None:
    return {int: _NUMBER, list: _NAMES}.get(type(value))


# Marks in the place of an error, which are not shown; without them each fault would be told once for each alternative.
_NUMBER, _NAMES = "[number]", "[names]"
Zones = Annotated[
    Annotated[int, Field(ge=2, le=3), Tag(_NUMBER)]
    | Annotated[list[ZoneName], Field(min_length=2, max_length=3), Tag(_NAMES)],
    Discriminator(
        _how_zones_are_told,
        custom_error_type="zones",
        custom_error_message="how many zones (2 or 3), or a list of their names",
    ),
]


class NetworkSettings(Model):
    """The VPC: ``cidr`` is cut into a private and a public subnet per zone; or one that is ``existing``.

    ``zones`` are names, or how many of the region's to take. ``nat`` is one gateway (a zone's failure takes the way out
    with it), one per zone, or none where endpoints are enough.
    """

    cidr: NetworkCidr = "10.64.0.0/16"
    zones: Zones = 3
    nat: Literal["none", "one", "per-zone"] = "per-zone"
    flow_log_retention_days: LogRetention = 30
    existing: ExistingNetwork | None = None

    @model_validator(mode="after")
    def _cidr_is_a_private_network_of_a_size(self) -> "NetworkSettings":
        network = IPv4Network(self.cidr)
        if not any(network.subnet_of(IPv4Network(private)) for private in _PRIVATE):
            raise ValueError(
                f"cidr {self.cidr} is not private; wanted a network within {_listed(_PRIVATE)}: what else has"
                " these addresses on the internet could not be reached any more"
            )
        # AWS takes a /16 to a /28; each of six subnets wants room for a node group's pods, which have addresses of it.
        if not _LARGEST_NETWORK <= network.prefixlen <= _SMALLEST_NETWORK:
            raise ValueError(
                f"cidr {self.cidr} is a /{network.prefixlen}; wanted a /{_LARGEST_NETWORK} to a /{_SMALLEST_NETWORK}:"
                " AWS takes nothing larger, and pods take their addresses from it"
            )
        if isinstance(self.zones, list) and len(set(self.zones)) < len(self.zones):
            raise ValueError(f"zones {', '.join(self.zones)}: one is named twice; wanted different ones")
        return self


_LARGEST_NETWORK, _SMALLEST_NETWORK = 16, 22
# RFC 1918, and RFC 6598's shared space, which VPCs often take for pods. EKS takes Services from the first three only.
_SERVICE_RANGES = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
_PRIVATE = (*_SERVICE_RANGES, "100.64.0.0/10")


def _listed(choices: tuple[str, ...]) -> str:
    *most, last = choices
    return f"{', '.join(most)} or {last}"


class NodeGroup(Model):
    """Machines of a managed node group, on Bottlerocket. ``disk_gib`` is in GiB."""

    instance_types: list[str] = Field(default=["m7g.large"], min_length=1)
    minimum: int = Field(default=2, ge=1, le=450)
    maximum: int = Field(default=6, ge=1, le=450)
    disk_gib: int = Field(default=50, ge=20, le=16384)

    @model_validator(mode="after")
    def _nodes_can_be(self) -> "NodeGroup":
        if self.minimum > self.maximum:
            raise ValueError(f"a node group of at least {self.minimum} and at most {self.maximum} nodes cannot be")
        if len({is_graviton(kind) for kind in self.instance_types}) > 1:
            kinds = ", ".join(self.instance_types)
            raise ValueError(
                f"instance types {kinds} mix Graviton and x86; one image serves a node group, so choose one"
            )
        return self

    @property
    def graviton(self) -> bool:
        """Whether the nodes are of the arm64 architecture."""
        return is_graviton(self.instance_types[0])


def is_graviton(instance_type: str) -> bool:
    """Tell whether an instance type has AWS's own processors: a g after the generation, as in m7g or c8gn."""
    family = instance_type.partition(".")[0]
    return "g" in family.lstrip("abcdefghijklmnopqrstuvwxyz")


Compute = Literal["node-group", "auto-mode"]


class ClusterSettings(Model):
    """The EKS cluster. Without ``public_access_cidrs`` its API answers inside the VPC only.

    ``compute`` is a managed node group, or Auto Mode where EKS keeps the nodes. ``administrators`` are ARNs of
    principals that become cluster administrators by access entries. ``service_cidr`` is for Services; without it the
    stack takes one of the two that EKS would take. Another one makes another cluster.
    """

    version: Annotated[str, StringConstraints(pattern=patterns.KUBERNETES_MINOR)] = "1.36"
    compute: Compute = "node-group"
    node_group: NodeGroup = NodeGroup()
    public_access_cidrs: list[NetworkCidr] = Field(default=[])
    administrators: list[Arn] = Field(default=[])
    log_retention_days: LogRetention = 90
    service_cidr: NetworkCidr | None = None
    existing: str | None = Field(default=None, pattern=patterns.EKS_NAME, max_length=100)

    @field_validator("service_cidr")
    @classmethod
    def _services_have_addresses_that_eks_takes(cls, cidr: str | None) -> str | None:
        if cidr is None:
            return None
        network = IPv4Network(cidr)
        if not any(network.subnet_of(IPv4Network(private)) for private in _SERVICE_RANGES):
            raise ValueError(f"a network within {_listed(_SERVICE_RANGES)}, as EKS has it for Services")
        if not _LARGEST_SERVICES <= network.prefixlen <= _SMALLEST_SERVICES:
            raise ValueError(f"a /{_LARGEST_SERVICES} to a /{_SMALLEST_SERVICES}, as EKS has it for Services")
        return cidr

    @field_validator("version")
    @classmethod
    def _version_is_supported(cls, version: str) -> str:
        if version not in addons.PINS:
            raise ValueError(f"one of {', '.join(addons.PINS)}, for which versions of add-ons are pinned")
        return version


_LARGEST_SERVICES, _SMALLEST_SERVICES = 12, 24


class MetricsSettings(Model):
    """Managed Prometheus. ``isolation`` is one workspace that agents of the control plane write to, or one a plane.

    ``retention_days`` of the workspace (AWS keeps 1 to 1095 days, 150 unless told).
    """

    isolation: Literal["shared", "workspace"] = "shared"
    collection: Literal["agents", "scraper"] = "agents"
    retention_days: int = Field(default=150, ge=1, le=1095)
    maximum_series: int = Field(default=1_000_000, ge=10_000, le=500_000_000)
    log_retention_days: LogRetention = 90

    @model_validator(mode="after")
    def _a_scraper_is_shared(self) -> "MetricsSettings":
        if self.collection == "scraper" and self.isolation == "workspace":
            raise ValueError("collection scraper writes to one workspace; wanted isolation: shared with it")
        return self


class Subscription(Model):
    """Somebody who is told of alerts: e-mail, an HTTPS address, an SQS queue or a Lambda function."""

    protocol: Literal["email", "https", "sqs", "lambda"]
    endpoint: str = Field(min_length=3)


class NotificationSettings(Model):
    """Who is told, by severity."""

    critical: list[Subscription] = Field(default=[])
    warning: list[Subscription] = Field(default=[])


class BudgetSettings(Model):
    """A warning when a month's costs come near ``monthly_usd`` (80 % forecast, 100 % actual), to these addresses."""

    monthly_usd: int = Field(ge=1)
    emails: list[str] = Field(min_length=1)


class AwsSettings(Model):
    """The account and what the stack makes in it.

    ``account`` guards against the wrong credentials. ``protection`` keeps what holds data (workspaces, logs, the
    cluster) from being deleted by accident. ``registry`` makes ECR repositories for the stack's own images.
    """

    region: Region
    account: Account | None = None
    profile: str | None = None
    ownership: Ownership
    network: NetworkSettings = NetworkSettings()
    cluster: ClusterSettings = ClusterSettings()
    metrics: MetricsSettings = MetricsSettings()
    notifications: NotificationSettings = NotificationSettings()
    identity: Literal["pod-identity", "irsa"] = "pod-identity"
    registry: bool = True
    grafana: bool = False
    budget: BudgetSettings | None = None
    protection: Literal["protected", "deletable"] = "protected"

    @model_validator(mode="after")
    def _zones_are_of_the_region(self) -> "AwsSettings":
        if isinstance(self.network.zones, list):
            foreign = [zone for zone in self.network.zones if not zone.startswith(self.region)]
            if foreign:
                raise ValueError(f"zones {', '.join(foreign)} are not of region {self.region}; wanted zones of it")
        return self

    @model_validator(mode="after")
    def _services_lie_beside_the_network(self) -> "AwsSettings":
        services, network = self.cluster.service_cidr, self.network
        if network.existing is None and services and subnets.overlapping(services, [network.cidr]):
            raise ValueError(
                f"cluster.serviceCidr {services} overlaps network.cidr {network.cidr}; wanted two that share no"
                " address: nodes could not tell pods from Services"
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
                f"cluster.existing is {self.cluster.existing}, a cluster and a network that somebody else keeps; remove"
                f" {', '.join(idle)}, which would be of the stack's own"
            )
        return self
