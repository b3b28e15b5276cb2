"""Amazon Managed Service for Prometheus."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from config.aws.retention import LogRetention
from config.model import Model, unit

# A managed collector scrapes every 30 s at the most (its documentation).
LEAST_INTERVAL_S = 30


class MetricsSettings(Model):
    """Amazon Managed Service for Prometheus."""

    isolation: Literal["shared", "workspace"] = "shared"
    """One workspace for all planes, or one per plane, which the plane's collector writes to (at most 100 planes)."""
    collection: Literal["agents", "scraper"] = "agents"
    """Who scrapes: two Prometheus agents in the control plane, or AWS's managed collector, which needs
    `isolation: shared` and `controlPlane.scrapeIntervalSeconds: 30`."""
    retention_days: Annotated[int, unit("days")] = Field(default=150, ge=1, le=1095)
    """How long a workspace keeps samples."""
    maximum_series: Annotated[int, unit("series")] = Field(default=1_000_000, ge=10_000, le=500_000_000)
    """How many active series a workspace accepts."""
    log_retention_days: LogRetention = 90
    """How long logs of the service are kept."""

    @model_validator(mode="after")
    def _a_scraper_is_shared(self) -> "MetricsSettings":
        if self.collection == "scraper" and self.isolation == "workspace":
            raise ValueError(
                "isolation must be shared with collection: scraper, which writes to one workspace (got workspace)"
            )
        return self
