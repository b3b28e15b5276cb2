"""The first alerts: a plane that fails, a plane that is slow, a plane that is gone."""

from dataclasses import dataclass

from config.packs import dropped
from config.packs.model import PLANE_NAME, AlertRule, Pack, RuleGroup

_RATIO = "data_plane:http_server_request_errors:ratio_rate5m"
_P95 = "data_plane:http_server_request_duration_seconds:p95_5m"
_REQUESTS = "data_plane:http_server_requests:rate5m"
_WINDOW_S = 300
# Recorded by the pack `expected`: 1 where a plane's settings call silence normal.
_SILENCE_IS_NORMAL = "data_plane:silence:normal == 1"


@dataclass(frozen=True, kw_only=True)
class AlertThresholds:
    """Limits and holding times. Ratios 0..1, times in seconds.

    ``min_requests`` is how many requests the 5-minute window must hold before its ratio or quantile means anything.
    ``silence_s`` is how long a plane's applications may send nothing; ``scrape_interval_s`` is Prometheus's, and
    ``series`` is how many of them a plane may have.
    """

    error_ratio: float = 0.05
    latency_p95_s: float = 1.0
    min_requests: int = 20
    error_hold_s: int = 60
    latency_hold_s: int = 120
    down_hold_s: int = 20
    silence_s: int = 60
    scrape_interval_s: int = 10
    series: int = 20_000


def pack(thresholds: AlertThresholds) -> Pack:
    """Return the pack of alerts; it uses what the ``http`` pack records."""
    enough = f"{_REQUESTS} * {_WINDOW_S} >= {thresholds.min_requests}"
    return Pack(
        name="alerts",
        groups=(
            RuleGroup(
                name="data-plane-alerts",
                rules=(
                    AlertRule(
                        alert="HighErrorRate",
                        expr=f"{_RATIO} > {thresholds.error_ratio} and {enough}",
                        hold_s=thresholds.error_hold_s,
                        severity="critical",
                        summary=f"Data plane {PLANE_NAME} fails requests",
                        description="{{ $value | humanizePercentage }} of the requests of the last 5 minutes failed;"
                        f" the limit is {thresholds.error_ratio:.2%}.",
                    ),
                    AlertRule(
                        alert="HighLatency",
                        expr=f"{_P95} > {thresholds.latency_p95_s} and {enough}",
                        hold_s=thresholds.latency_hold_s,
                        severity="warning",
                        summary=f"Data plane {PLANE_NAME} is slow",
                        description="95 % of the requests of the last 5 minutes took up to"
                        f" {{{{ $value | humanizeDuration }}}}; the limit is {thresholds.latency_p95_s} s.",
                    ),
                    *_down(thresholds),
                    *dropped.rules(),
                    dropped.colliding(),
                    dropped.near_limit(thresholds.series),
                ),
            ),
        ),
    )


def _down(thresholds: AlertThresholds) -> tuple[AlertRule, AlertRule]:
    # The samples of a window span the window minus one scrape, minus two when a scrape is lost: without this margin a
    # client that exports every 60 s (the SDKs' default) would look silent one evaluation in six.
    margin = 2 * thresholds.scrape_interval_s
    window = f"{thresholds.silence_s + margin}s"
    received = (
        "sum by (environment, data_plane_id)"
        f' (increase(otelcol_receiver_accepted_metric_points_total{{job="otel-collector"}}[{window}])) > 0'
    )
    return (
        AlertRule(
            alert="DataPlaneDown",
            expr='max by (environment, data_plane_id) (up{job="data-plane"}) == 0',
            hold_s=thresholds.down_hold_s,
            severity="critical",
            labels=(("reason", "unreachable"),),
            summary=f"Data plane {PLANE_NAME} cannot be scraped",
            description="Its collector does not answer, or what it exposes is refused: nothing of the plane is seen.",
        ),
        AlertRule(
            alert="DataPlaneDown",
            # The window already is the holding time. The collector must have been up before it, so that a plane that
            # is just starting is given the time to send; and it must have been watched when the window began and until
            # now: of a single sample, the first or last one beside a gap of the store, nothing has increased.
            expr="max by (environment, data_plane_id)"
            f' (up{{job="otel-collector"}} == 1 and up{{job="otel-collector"}} offset {window} == 1)'
            f" and on (environment, data_plane_id) {_watched(f'[{margin}s] offset {thresholds.silence_s}s')}"
            f" and on (environment, data_plane_id) {_watched(f'[{margin}s]')}"
            f" unless on (environment, data_plane_id) ({received})"
            f" unless on (environment, data_plane_id) ({_SILENCE_IS_NORMAL})",
            hold_s=0,
            severity="critical",
            labels=(("reason", "silent"),),
            summary=f"Data plane {PLANE_NAME} sends nothing",
            description=f"Its collector is up, but no application has sent it a metric for {thresholds.silence_s} s.",
        ),
    )


def _watched(window: str) -> str:
    """Return what there is of each plane whose collectors were seen within the window, whatever they said."""
    # Where collectors write, a rule records `up`, and may do so once a minute only.
    told = " or ".join(f"count_over_time({series}{window})" for series in ('up{job="otel-collector"}', dropped.UPTIME))
    return f"({told})"
