"""Alerts on what a plane sends and nobody will find in the store, by reason, and before a scrape fails of it."""

from config.packs.model import PLANE_NAME, AlertRule

_WINDOW_S = 300
_WINDOW = f"{_WINDOW_S // 60}m"
_NEAR = 80
_JOB = 'job="otel-collector"'
_FILTERS = 'filter=~"filter/(names|limits|times|values|reserved)"'
_FILTERED = f"otelcol_processor_filter_datapoints_filtered_total{{{_JOB}, {_FILTERS}}}"
_NOT_ADDED = f'otelcol_deltatocumulative_datapoints_total{{{_JOB}, error!=""}}'
_REFUSED = f"otelcol_receiver_refused_metric_points_total{{{_JOB}}}"
# Told with each of a collector's reports, whoever gets them.
UPTIME = f"otelcol_process_uptime_seconds_total{{{_JOB}}}"
_PROCESS = "environment, data_plane_id, job, instance"
# One for each scrape at which the exporter left something out.
_LEFT_OUT = f'otelcol_processor_filter_logs_filtered_total{{{_JOB}, filter=~"filter/(types|collisions)"}}'
_UNSENT = f"otelcol_exporter_send_failed_metric_points_total{{{_JOB}}}"


def rules() -> tuple[AlertRule, ...]:
    """Return the rules: points that are not stored, and resources of which something is missing."""
    sources = (
        _with_reason(_FILTERED, "$1", "filter", "filter/(.+)"),
        _with_reason(_NOT_ADDED, "deltas", "", ""),
        _with_reason(_REFUSED, "refused", "", ""),
        _with_reason(_UNSENT, "unsent", "", ""),
    )
    return (
        AlertRule(
            alert="TelemetryDropped",
            expr=f"sum by (environment, data_plane_id, reason) ({' or '.join(sources)})",
            hold_s=0,
            severity="warning",
            summary=f'Data plane {PLANE_NAME} sends telemetry that is dropped: {{{{ or $labels.reason "(unnamed)" }}}}',
            description="{{ $value | humanize }} points were not stored in the last 5 minutes."
            " The runbook explains the reason.",
        ),
        AlertRule(
            alert="TelemetryDropped",
            expr='count by (environment, data_plane_id) (target_info{job="data-plane", planewatch_cut="true"})',
            hold_s=0,
            severity="warning",
            labels=(("reason", "cut"),),
            summary=f"Data plane {PLANE_NAME} sends resource attributes that are cut or left out",
            description="{{ $value }} resources have attributes that are too long, too many, or whose names collide:"
            " their target_info has planewatch_cut.",
        ),
    )


def colliding() -> AlertRule:
    """Return the rule on metrics of which a scrape stores one alone, since they are the same to a store."""
    return AlertRule(
        alert="MetricsCollide",
        expr=f"sum by (environment, data_plane_id, reason) ({_with_reason(_LEFT_OUT, '$1', 'filter', 'filter/(.+)')})",
        hold_s=0,
        severity="warning",
        summary=f'Data plane {PLANE_NAME} sends metrics that collide: {{{{ or $labels.reason "(unnamed)" }}}}',
        description="Of metrics whose names and labels meet, or of one name and several types, only one is stored. The"
        " log of the plane's collector names them.",
    )


def near_limit(series: int) -> AlertRule:
    """Return the rule that warns of a plane that comes near ``series`` in a scrape: one more, and all of it fails."""
    return AlertRule(
        alert="SeriesNearLimit",
        expr="max by (environment, data_plane_id)"
        f' (scrape_samples_scraped{{job="data-plane"}}) > {series * _NEAR // 100}',
        hold_s=60,
        severity="warning",
        summary=f"Data plane {PLANE_NAME} is close to its series limit",
        description=f"{{{{ $value }}}} of {series} series; above that, none of its metrics are stored.",
    )


def _with_reason(counter: str, reason: str, label: str, pattern: str) -> str:
    # A counter appears with its first event, of which `increase` knows nothing. It appears anew, with all that it ever
    # counted, where nobody had watched for longer than the window; then so does all else that the collector tells.
    later = (
        f"count_over_time({counter}[{_WINDOW}])"
        f" < on ({_PROCESS}) group_left () max by ({_PROCESS}) (count_over_time({UPTIME}[{_WINDOW}]))"
    )
    first = f"({counter} unless {counter} offset {_WINDOW}) > 0"
    grown = (
        f"(increase({counter}[{_WINDOW}]) > 0"
        f" or ({first} and ({later}))"
        f" or ({first} and on ({_PROCESS}) {UPTIME} < {_WINDOW_S}))"
    )
    return f'label_replace({grown}, "reason", "{reason}", "{label}", "{pattern}")'
