"""HTTP and business figures of the data planes: per plane, per route, per status class and for the whole fleet.

Names are ``level:metric:operations``; the level says which labels are left: ``data_plane`` (environment,
data_plane_id), ``data_plane_route`` (and http_route), ``data_plane_status_class`` (and status_class), ``fleet`` (none).
Rates are per second, ratios 0..1, durations seconds. Without requests in the window a rate is 0 and ratios and
quantiles are absent: never NaN. Health probes are not counted, they would hide errors and latency at low traffic.

No label of an application is relied on. A request failed if it was answered 5xx, or if it has no status and an error
type: by the semantic conventions a status stands there only if one was sent, and an error type if the request ended
with an error. What a plane sends that is no number at all has no part in the figures of the fleet.
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
# The usual route of probes, and the label that collectors put on those at other routes.
PROBE_ROUTE, PROBE_LABEL = "/health", "planewatch_probe"
# Only what a collector exposed for its applications.
_REQUESTS = f'job="data-plane", http_route!="{PROBE_ROUTE}", {PROBE_LABEL}=""'
_STATUS = "http_response_status_code"
_UNANSWERED = f'{_STATUS}="", error_type!=""'
_FAILED = (f'{_STATUS}=~"5.."', _UNANSWERED)
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
                labels=("http_request_method", "http_route", _STATUS),
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
            expr=_status_classes(window),
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


def _status_classes(window: str) -> str:
    """Return rates by class: 1xx to 5xx, ``other`` for no status of HTTP; ``error`` or ``none`` without a status.

    They are summed before they are labelled: a label status_class of an application's own would make two series of one
    name, and the rule would fail for every plane.
    """

    def rate(labels: str, matchers: str) -> str:
        return f"sum by ({labels}) ({_rate('count', window, matchers)})"

    status = _classed("other", rate(f"{PLANE}, {_STATUS}", f'{_STATUS}!=""'))
    classes = (
        f'label_replace({status}, "status_class", "${{1}}xx", "{_STATUS}", "([1-5])..")',
        _classed("error", rate(PLANE, _UNANSWERED)),
        _classed("none", rate(PLANE, f'{_STATUS}="", error_type=""')),
    )
    return f"sum by ({PLANE}, status_class) ({' or '.join(classes)})"


def _classed(name: str, vector: str) -> str:
    return f'label_replace({vector}, "status_class", "{name}", "", "")'


def _traffic(level: str, labels: str, window: str) -> list[RecordingRule]:
    requests = f"{level}:http_server_requests:rate{window}"
    errors = f"{level}:http_server_request_errors:rate{window}"
    failed = " or ".join(_rate("count", window, matchers) for matchers in _FAILED)
    return [
        RecordingRule(record=requests, expr=_sum(labels, _rate("count", window))),
        RecordingRule(
            record=errors,
            # A plane that never failed has no series of failures: its rate of errors is 0, not unknown.
            expr=f"{_sum(labels, failed)} or {requests} * 0",
        ),
        RecordingRule(
            record=f"{level}:http_server_request_errors:ratio_rate{window}", expr=f"{errors} / ({requests} > 0)"
        ),
    ]


def _latency(level: str, labels: str, window: str) -> list[RecordingRule]:
    buckets = _sum(labels, _rate("bucket", window), "le")
    return [
        RecordingRule(
            record=f"{level}:{_DURATION}:{name}_{window}",
            # Without requests a quantile is NaN, which no comparison keeps.
            expr=f"histogram_quantile({quantile}, {buckets}) >= 0",
        )
        for name, quantile in QUANTILES
    ]


def _rate(part: str, window: str, matchers: str = "") -> str:
    selected = f"{_REQUESTS}, {matchers}" if matchers else _REQUESTS
    return f"rate({_DURATION}_{part}{{{selected}}}[{window}])"


def _sum(labels: str, rates: str, more: str = "") -> str:
    """Return the sum by ``labels`` and ``more``; without labels, of all planes."""
    if labels:
        return f"sum by ({_listed(more, labels)}) ({rates})"
    # One plane's NaN would be the sum of all.
    numbers = f"sum by ({_listed(more, PLANE)}) ({rates}) >= 0 < Inf"
    return f"sum by ({more}) ({numbers})" if more else f"sum({numbers})"


def _listed(*labels: str) -> str:
    return ", ".join(filter(None, labels))
