"""HTTP and business figures of the data planes: per plane, per route, per status class and for the whole fleet.

Names are ``level:metric:operations``; the level says which labels are left: ``data_plane`` (environment,
data_plane_id), ``data_plane_route`` (and http_route), ``data_plane_status_class`` (and status_class), ``fleet`` (none).
Rates are per second, ratios 0..1, durations seconds. Without requests in the window a rate is 0 and ratios and
quantiles are absent: never NaN. Health probes are not counted, they would hide errors and latency at low traffic.
"""

from config.packs.model import Metric, Pack, RecordingRule, RuleGroup

PLANE = "environment, data_plane_id"
WINDOWS = ("1m", "5m")
QUANTILES = (("p50", "0.5"), ("p95", "0.95"), ("p99", "0.99"))
BUSINESS_COUNTERS = (
    ("orders_created", "orders created"),
    ("payments_processed", "payments processed, successful or not"),
    ("searches", "searches run"),
    ("reports_generated", "reports generated"),
)
_DURATION = "http_server_request_duration_seconds"
# Only what a collector exposed for its applications; the routes of probes.
_REQUESTS = 'job="data-plane", http_route!="/health"'
_ERRORS = f'{_REQUESTS}, http_response_status_code=~"5.."'
FLEET = "fleet"
_LEVELS = (("data_plane", PLANE), ("data_plane_route", f"{PLANE}, http_route"), (FLEET, ""))


def pack() -> Pack:
    """Return the pack: six metric families and their recording rules for windows of 1 and 5 minutes."""
    return Pack(
        name="http",
        metrics=(
            Metric(
                name=_DURATION,
                kind="histogram",
                unit="s",
                description="Duration of HTTP server requests",
                labels=("http_request_method", "http_route", "http_response_status_code"),
            ),
            Metric(
                name="http_server_active_requests",
                kind="gauge",
                unit="requests",
                description="HTTP server requests in progress",
                labels=("http_request_method",),
            ),
            *(
                Metric(name=f"{name}_total", kind="counter", unit="events", description=f"Number of {what}")
                for name, what in BUSINESS_COUNTERS
            ),
        ),
        groups=tuple(RuleGroup(name=f"http-{window}", rules=_rules(window)) for window in WINDOWS),
    )


def _rules(window: str) -> tuple[RecordingRule, ...]:
    rules: list[RecordingRule] = []
    for level, labels in _LEVELS:
        rules += _traffic(level, labels, window)
        rules += _latency(level, labels, window)
    rules.append(
        RecordingRule(
            record=f"data_plane_status_class:http_server_requests:rate{window}",
            expr=f"sum by ({PLANE}, status_class) (label_replace("
            f'rate({_DURATION}_count{{{_REQUESTS}}}[{window}]), "status_class", "${{1}}xx",'
            ' "http_response_status_code", "([1-5]).."))',
        )
    )
    rules += [
        RecordingRule(
            record=f"data_plane:{name}:rate{window}",
            expr=f'sum by ({PLANE}) (rate({name}_total{{job="data-plane"}}[{window}]))',
        )
        for name, _ in BUSINESS_COUNTERS
    ]
    return tuple(rules)


def _traffic(level: str, labels: str, window: str) -> list[RecordingRule]:
    requests = f"{level}:http_server_requests:rate{window}"
    errors = f"{level}:http_server_request_errors:rate{window}"
    return [
        RecordingRule(record=requests, expr=f"{_sum(labels)} (rate({_DURATION}_count{{{_REQUESTS}}}[{window}]))"),
        RecordingRule(
            record=errors,
            # A plane that never failed has no 5xx series: its rate of errors is 0, not unknown.
            expr=f"{_sum(labels)} (rate({_DURATION}_count{{{_ERRORS}}}[{window}])) or {requests} * 0",
        ),
        RecordingRule(
            record=f"{level}:http_server_request_errors:ratio_rate{window}", expr=f"{errors} / ({requests} > 0)"
        ),
    ]


def _latency(level: str, labels: str, window: str) -> list[RecordingRule]:
    by = ", ".join(["le", *([labels] if labels else [])])
    buckets = f"sum by ({by}) (rate({_DURATION}_bucket{{{_REQUESTS}}}[{window}]))"
    return [
        RecordingRule(
            record=f"{level}:{_DURATION}:{name}_{window}",
            # Without requests a quantile is NaN, which no comparison keeps.
            expr=f"histogram_quantile({quantile}, {buckets}) >= 0",
        )
        for name, quantile in QUANTILES
    ]


def _sum(labels: str) -> str:
    return f"sum by ({labels})" if labels else "sum"
