"""The inputs and the result of an estimate."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from config.aws.settings import AwsSettings

# What infra/platforms/kubernetes/agents.py runs.
AGENTS = 2


@dataclass(frozen=True, kw_only=True)
class Assumptions:
    """Quantities that the settings do not determine. Per month unless stated otherwise; GB as AWS bills them.

    ``nodes``: machines that run all the month; None is the node group's minimum. ``series_per_plane``: active series of
    a plane: two replicas of the sample API with 323 each, 280 of them histogram buckets (measured, all its routes
    used), and their collectors' own; ``bucket_share``: how much of them are buckets. ``recorded_series_per_plane``:
    what recording rules add. ``rule_reads``: share of a plane's series that a rule reads; ``rule_window_s``: seconds
    it looks back.
    Console: ``console_users`` look ``hours_per_user`` at a page that asks ``queries_per_hour``, each
    ``samples_per_query``. ``bytes_per_sample`` as AWS states it (1 to 2).
    """

    nodes: int | None = None
    series_per_plane: int = 800
    bucket_share: Decimal = Decimal("0.7")
    recorded_series_per_plane: int = 100
    rule_reads: Decimal = Decimal("0.25")
    rule_window_s: int = 180
    console_users: int = 5
    hours_per_user: int = 160
    queries_per_hour: int = 3600
    samples_per_query: int = 2000
    bytes_per_sample: Decimal = Decimal("1.5")
    gb_out: int = 50
    gb_through_nat: int = 100
    gb_to_endpoints: int = 100
    gb_between_zones: int = 200
    gb_control_plane_logs: int = 10
    gb_flow_logs: int = 10
    gb_images: int = 5
    gb_per_volume: int = 10
    kms_requests: int = 100_000
    notifications: int = 500


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A stack to estimate: its settings as far as they cost, what is assumed beside them, and the day it is.

    ``replicas`` are a plane's collectors; ``remote`` of the ``planes`` have a token, and one collector only.
    ``workload_gib`` is the size of the workloads' own volumes.
    """

    aws: AwsSettings
    planes: int
    rules: int
    scrape_interval_s: int
    balancer: bool
    replicas: int = 2
    remote: int = 0
    secret_files: int = 0
    kept_secrets: int = 0
    workload_gib: int = 0
    today: date
    assumed: Assumptions = Assumptions()

    @property
    def own_cluster(self) -> bool:
        """Whether the stack creates the cluster, and so its nodes."""
        return self.aws.cluster.existing is None

    @property
    def own_network(self) -> bool:
        """Whether the stack creates the network; an existing cluster has one."""
        return self.own_cluster and self.aws.network.existing is None

    @property
    def zones(self) -> int:
        """How many availability zones the stack is in; at least two for an existing network."""
        zones = self.aws.network.zones
        return zones if isinstance(zones, int) else len(zones)

    @property
    def nodes(self) -> int:
        """How many machines of the stack's run all the month."""
        if not self.own_cluster:
            return 0
        return self.aws.cluster.node_group.minimum if self.assumed.nodes is None else self.assumed.nodes

    @property
    def volumes(self) -> int:
        """How many volumes keep what is not delivered yet: of the agents, or of each plane's collectors."""
        metrics = self.aws.metrics
        if metrics.isolation == "workspace":
            return (self.planes - self.remote) * self.replicas + self.remote
        return AGENTS if metrics.collection == "agents" else 0

    @property
    def secrets(self) -> int:
        """How many secrets are in Secrets Manager: a token for each remote plane, and those of workloads."""
        return self.remote + self.secret_files

    @property
    def read_secrets(self) -> int:
        """How many secrets the driver looks at: the stack's own, and somebody else's, which cost the stack no more."""
        return self.secrets + self.kept_secrets

    @property
    def workspaces(self) -> int:
        """How many Managed Prometheus workspaces there are."""
        return self.planes if self.aws.metrics.isolation == "workspace" else 1


@dataclass(frozen=True, kw_only=True)
class Line:
    """USD a month for one component. ``sure`` is whether every price in it was seen in a copy of AWS's list."""

    component: str
    how: str
    usd: Decimal
    prices: tuple[str, ...]
    sure: bool


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """Lines of a month in a region."""

    region: str
    lines: tuple[Line, ...]

    @property
    def total(self) -> Decimal:
        """USD a month."""
        return sum((line.usd for line in self.lines), Decimal(0))


@dataclass(frozen=True, kw_only=True)
class Hint:
    """A change that costs less, and by how many USD a month."""

    change: str
    price: str
    saves: Decimal
