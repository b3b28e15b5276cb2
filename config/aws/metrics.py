"""Amazon Managed Service for Prometheus."""

from typing import Literal

from pydantic import Field, model_validator

from config.aws.retention import LogRetention
from config.model import Model

# A managed collector scrapes every 30 s at the most (its documentation).
LEAST_INTERVAL_S = 30


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
