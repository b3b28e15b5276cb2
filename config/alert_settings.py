"""When alerts fire, and where they leave to."""

from typing import Annotated

from pydantic import AfterValidator, Field

from config.buckets import LATENCY_BUCKETS_S
from config.egress import EgressSettings
from config.model import Keywords, Model, unit


def _within_buckets(limit: float) -> float:
    # A percentile in the first bucket is a guess between 0 and its bound, one in the last is that bucket's lower bound.
    least, most = LATENCY_BUCKETS_S[0], LATENCY_BUCKETS_S[-1]
    if not least <= limit < most:
        raise ValueError(
            f"be ≥ {least:g} and < {most:g}, the smallest and the largest bucket of http.server.request.duration"
        )
    return limit


Ratio = Annotated[float, Field(ge=0, le=1), unit("ratio")]
Latency = Annotated[
    float,
    Field(gt=0),
    AfterValidator(_within_buckets),
    Keywords({"exclusiveMinimum": None, "minimum": LATENCY_BUCKETS_S[0], "exclusiveMaximum": LATENCY_BUCKETS_S[-1]}),
]


class AlertSettings(Model):
    """Thresholds of the alerts, for every plane, and where alerts leave to."""

    error_ratio: Ratio = 0.05
    """HighErrorRate fires above this share of failed requests."""
    latency_p95_seconds: Annotated[Latency, unit("seconds")] = 1.0
    """HighLatency fires when the 95th percentile of latency is above this. It must lie within the buckets of
    `http.server.request.duration`: outside them no percentile can be computed."""
    egress: EgressSettings | None = None
    """Where the receiver of `alertWebhookUrl` is. By default the address and port in that URL or, if it has a host
    name, its port at any address; `cidrs` without `ports` keep the URL's port. Docker restricts nothing."""
