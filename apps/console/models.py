"""What the API answers. Rates are a second, latencies seconds, ratios 0 to 1; null means: no data."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from apps.console.ranges import Range


class Model(BaseModel):
    """Base: frozen, and every field appears in the answer."""

    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)


class State(StrEnum):
    """How something is; `missing` when the stack expects it and it is not seen, `unknown` when it may be gone."""

    UP = "up"
    DEGRADED = "degraded"
    DOWN = "down"
    MISSING = "missing"
    UNKNOWN = "unknown"


class Figures(Model):
    """Key figures over a window."""

    request_rate: float | None = Field(description="requests a second")
    p50: float | None = Field(description="median latency in seconds")
    p95: float | None = Field(description="95th percentile of latency in seconds")
    error_ratio: float | None = Field(description="share of requests that failed, 0 to 1")


class Plane(Figures):
    """One data plane now."""

    id: str
    environment: str
    state: State
    reason: str | None = Field(description="why the state is not `up`, or what is particular about it")
    active_requests: float | None = Field(description="requests in progress")
    last_scrape_age: float | None = Field(description="seconds since the last scrape")
    oddities: list[str] = Field(description="which figures cannot be told from its series, and why")


class Planes(Model):
    """Every data plane that is expected or was seen in the last five minutes, by environment and id."""

    planes: list[Plane]
    window_seconds: int = Field(description="window of the rates and quantiles")


class JobHealth(Model):
    """Scrape targets of one Prometheus job, those that are expected included; `unknown` when it has none."""

    job: str
    state: State
    up: int
    total: int


class PrometheusHealth(Model):
    """Whether the metrics store answers."""

    reachable: bool
    detail: str | None


class StateCounts(Model):
    """Number of data planes per state."""

    up: int
    degraded: int
    down: int
    missing: int
    unknown: int


class Access(StrEnum):
    """Who can reach the console: the machine or cluster it runs on, the network after a login, or anyone there."""

    LOCAL = "local"
    AUTHENTICATED = "authenticated"
    OPEN = "open"


class Health(Model):
    """The system as a whole."""

    state: State
    reason: str | None = Field(description="why the state is not `up`")
    release: str
    platform: str
    stack: str
    access: Access
    authentication: str | None = Field(description="what authenticates people in front of the console, by its name")
    prometheus: PrometheusHealth
    jobs: list[JobHealth]
    planes: StateCounts
    alerts: dict[str, int] = Field(description="firing alerts per severity")


class AlertState(StrEnum):
    """Whether an alert's condition has held long enough."""

    PENDING = "pending"
    FIRING = "firing"


class Alert(Model):
    """One active alert."""

    name: str
    severity: str
    state: AlertState
    environment: str | None
    data_plane_id: str | None
    active_since: float | None = Field(description="unix seconds")
    labels: dict[str, str] = Field(description="the remaining labels")


class Alerts(Model):
    """Active alerts: firing before pending, the gravest first."""

    alerts: list[Alert]


class PlaneFigures(Figures):
    """Figures of one data plane over the range."""

    id: str
    environment: str
    requests: float | None = Field(description="requests within the range")
    oddities: list[str] = Field(description="which figures cannot be told from its series, and why")


class Summary(Figures):
    """Figures over the range for everything asked for together, and for each plane."""

    environment: str
    plane: str | None
    range: Range
    requests: float | None = Field(description="requests within the range")
    planes: list[PlaneFigures]


class Metric(StrEnum):
    """What can be drawn over time."""

    REQUEST_RATE = "request_rate"
    LATENCY_P50 = "latency_p50"
    LATENCY_P95 = "latency_p95"
    LATENCY_P99 = "latency_p99"
    ERROR_RATIO = "error_ratio"
    ACTIVE_REQUESTS = "active_requests"
    REQUESTS_BY_STATUS = "requests_by_status"


class Unit(StrEnum):
    """Unit of a series' values."""

    REQUESTS_PER_SECOND = "requests/s"
    SECONDS = "s"
    RATIO = "ratio"
    REQUESTS = "requests"


class SeriesLine(Model):
    """One line: of a plane, or (requests_by_status) of a status class of all planes asked for."""

    label: str
    environment: str | None
    data_plane_id: str | None
    status_class: str | None
    values: list[float | None] = Field(description="one for each timestamp")
    oddities: list[str] = Field(description="what of it cannot be drawn, and why")


class Series(Model):
    """A metric over time."""

    metric: Metric
    unit: Unit
    environment: str
    plane: str | None
    range: Range
    step_seconds: int
    window_seconds: int = Field(description="range over which each rate is computed")
    timestamps: list[int] = Field(description="unix seconds")
    lines: list[SeriesLine]
