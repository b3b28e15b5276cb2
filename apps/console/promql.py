"""PromQL text built from checked parts. Values from outside enter only through `matcher`, which escapes them."""

from dataclasses import dataclass

PLANE_JOB = "data-plane"
"""The Prometheus job that scrapes each plane's application metrics."""

PLANE_JOBS = ("otel-collector", PLANE_JOB)
"""Every job that scrapes planes."""

IDENTITY = "environment, data_plane_id"
DURATION = "http_server_request_duration_seconds"
STATUS = "http_response_status_code"
ERROR_TYPE = "error_type"
STATUS_CLASS = "status_class"
ACTIVE = "http_server_active_requests"
NO_PROBES = ('http_route!="/health"', 'planewatch_probe=""')
"""As the recording rules: probes every 5 s would drown the figures of a plane with little traffic."""

COLLECTORS_EXPECTED = "data_plane:collectors:expected"
SILENCE_IS_NORMAL = "data_plane:silence:normal"
ERROR_RATIO_LIMIT = "data_plane:error_ratio:limit"
LATENCY_LIMIT = "data_plane:latency_seconds:limit_p95"
TARGETS_EXPECTED = "job:targets:expected"
PODS_EXPECTED, PODS_READY = "data_plane_workload:pods:expected", "data_plane_workload:pods:ready"
"""What the stack expects, as its rules record it (config/packs/expected.py); stores of other stacks may have none."""

DISCOVERY_SECONDS = 300
"""How far back a plane counts as existing: with its last sample five minutes old it leaves the list."""


def quote(value: str) -> str:
    """Return `value` as a PromQL string literal, whatever characters it has."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def matcher(label: str, value: str) -> str:
    """Return an equality matcher; never a regular expression, so nothing in `value` has a meaning."""
    return f"{label}={quote(value)}"


Key = tuple[str, str]
"""Whose something is: (environment, data plane id)."""


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Which planes a query covers; None means every one."""

    environment: str | None = None
    plane: str | None = None

    def covers(self, key: Key) -> bool:
        """Return whether a plane is in scope."""
        return self.environment in (None, key[0]) and self.plane in (None, key[1])

    def selector(self, metric: str, *extra: str) -> str:
        """Return `metric{…}` for the planes in scope."""
        parts = [matcher("job", PLANE_JOB), *extra]
        if metric.startswith(DURATION):
            parts += NO_PROBES
        if self.environment is not None:
            parts.append(matcher("environment", self.environment))
        if self.plane is not None:
            parts.append(matcher("data_plane_id", self.plane))
        return f"{metric}{{{', '.join(parts)}}}"


def _by(grouping: str, expression: str) -> str:
    return f"sum by ({grouping}) ({expression})" if grouping else f"sum({expression})"


def request_rate(scope: Scope, window: int, grouping: str = IDENTITY) -> str:
    """Return requests a second over `window` seconds."""
    return _by(grouping, f"rate({scope.selector(f'{DURATION}_count')}[{window}s])")


def requests(scope: Scope, window: int, grouping: str = IDENTITY) -> str:
    """Return requests counted within `window` seconds."""
    return _by(grouping, f"increase({scope.selector(f'{DURATION}_count')}[{window}s])")


def buckets(scope: Scope, window: int, grouping: str) -> str:
    """Return the latency histogram's rates within `window` seconds, by upper bound (le)."""
    groups = f"le, {grouping}" if grouping else "le"
    return _by(groups, f"rate({scope.selector(f'{DURATION}_bucket')}[{window}s])")


def latency(quantile: float, scope: Scope, window: int, grouping: str = IDENTITY) -> str:
    """Return the seconds that `quantile` of the requests within `window` seconds took at most."""
    return f"histogram_quantile({quantile}, {buckets(scope, window, grouping)})"


def failed_requests(scope: Scope, window: int, grouping: str = IDENTITY) -> str:
    """Return failed requests counted within `window` seconds; nothing for a plane that has no series of failures."""
    return _by(grouping, _failed(scope, "increase", window))


def error_ratio(scope: Scope, window: int, grouping: str = IDENTITY) -> str:
    """Return the share (0 to 1) of requests that failed within `window` seconds; no traffic gives no number."""
    every = request_rate(scope, window, grouping)
    # `or 0 * every`: a plane without a single series of failures has a ratio of 0, not none.
    return f"({_by(grouping, _failed(scope, 'rate', window))} or 0 * {every}) / {every}"


def _failed(scope: Scope, function: str, window: int) -> str:
    """Return each failed request: answered 5xx, or ended by an error before there was a status to send.

    The semantic conventions require a status only if one was sent, and error.type of whatever ended with an error.
    """
    answered = scope.selector(f"{DURATION}_count", f'{STATUS}=~"5.."')
    unanswered = scope.selector(f"{DURATION}_count", *_UNANSWERED)
    return f"({function}({answered}[{window}s]) or {function}({unanswered}[{window}s]))"


_UNANSWERED = (f'{STATUS}=""', f'{ERROR_TYPE}!=""')


def active_requests(scope: Scope, _window: int, grouping: str = IDENTITY) -> str:
    """Return requests in progress."""
    return _by(grouping, scope.selector(ACTIVE))


def requests_by_status(scope: Scope, window: int, _grouping: str = "") -> str:
    """Return requests a second per status class (label status_class), all planes in scope together.

    Classes: 1xx to 5xx, `other` for a status that is none of HTTP's, without a status `error` if there is an
    error type, else `none`.
    """

    def rate(grouping: str, *matchers: str) -> str:
        return _by(grouping, f"rate({scope.selector(f'{DURATION}_count', *matchers)}[{window}s])")

    # Summed before it is labelled: a label status_class of the application's own would make two series of one name,
    # and then the whole question fails.
    status = _classed("other", rate(f"{IDENTITY}, {STATUS}", f'{STATUS}!=""'))
    classes = (
        f'label_replace({status}, "{STATUS_CLASS}", "${{1}}xx", "{STATUS}", "([1-5])..")',
        _classed("error", rate(IDENTITY, *_UNANSWERED)),
        _classed("none", rate(IDENTITY, f'{STATUS}=""', f'{ERROR_TYPE}=""')),
    )
    # One plane's NaN would be the sum of all.
    return _by(STATUS_CLASS, f"({' or '.join(classes)}) >= 0 < Inf")


def _classed(name: str, vector: str) -> str:
    return f'label_replace({vector}, "{STATUS_CLASS}", "{name}", "", "")'


def targets_up() -> str:
    """Return 1 or 0 per scrape target of a plane, also for targets that left within the discovery window."""
    return f"last_over_time({Scope().selector('up')}[{DISCOVERY_SECONDS}s])"


def collectors_up() -> str:
    """Return how many collectors of each plane answer scrapes now."""
    return f"sum by ({IDENTITY}) ({Scope().selector('up')})"


def pods_ready() -> str:
    """Return how many pods of each workload are ready now, as the rules record it."""
    return f"max by ({IDENTITY}, workload) ({PODS_READY})"


def targets_scraped_at() -> str:
    """Return the unix time of the last scrape per target of a plane, within the discovery window."""
    up = Scope().selector("up")
    # The subquery, exact to 10 s, is for targets that have left: their `up` is marked stale and gives no answer now.
    return f"(timestamp({up}) or max_over_time(timestamp({up})[{DISCOVERY_SECONDS}s:10s]))"


def everything_expected() -> str:
    """Return every series of what the stack expects; those of the last day where no rule can record them now."""
    names = (
        COLLECTORS_EXPECTED,
        SILENCE_IS_NORMAL,
        ERROR_RATIO_LIMIT,
        LATENCY_LIMIT,
        TARGETS_EXPECTED,
        PODS_EXPECTED,
    )
    now = f"{{__name__=~{quote('|'.join(names))}}}"
    return f"{now} or (last_over_time({now}[1d]) unless on () {now})"


def jobs_up(seconds: float) -> str:
    """Return how many targets of each job were up at a scrape not older than `seconds`."""
    return f"count by (job) (up == 1 and timestamp(up) > time() - {seconds:g})"


def planes_reporting() -> str:
    """Return planes whose application sends metrics now (a series that the collector let expire is gone)."""
    active, counted = Scope().selector(ACTIVE), Scope().selector(f"{DURATION}_count")
    return f"count by ({IDENTITY}) ({active} or {counted})"
