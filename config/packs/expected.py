"""What a stack expects to see, as series and as alerts on its absence: planes, collectors, limits, pods, own services.

One rule records each kind of figure, and its expression joins the planes' values: the number of rules does not grow
with planes. An alert on absence holds the joined values itself, not the series recorded from them, so that it fires
when the store can record nothing any more.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from config.packs.http import PLANE
from config.packs.model import PLANE_NAME, AlertRule, Pack, RecordingRule, RuleFile, RuleGroup, render_rules

NAME = "expected"
COLLECTORS = "data_plane:collectors:expected"
SILENCE_IS_NORMAL = "data_plane:silence:normal"
ERROR_RATIO_LIMIT = "data_plane:error_ratio:limit"
LATENCY_LIMIT = "data_plane:latency_seconds:limit_p95"
TARGETS = "job:targets:expected"
PODS, PODS_READY = "data_plane_workload:pods:expected", "data_plane_workload:pods:ready"
WORKLOAD = f"{PLANE}, workload"
STORE, SENDER = "prometheus", "alertmanager"
# The job of what Prometheus lists at the API server (config/services/scraping.py).
PODS_JOB = "pods"
# A target counts as seen while one of its last scrapes was stored, whether or not its series has been marked as ended:
# the store's own memory of five minutes plays no part.
_SCRAPES = 4
# A plane that is being made has this long until its collector is first scraped: its pods may take 120 s to start.
_MISSING_HOLD_S = 150
_DOWN_HOLD_S = 90
# A replica that is rolled or moved is back sooner.
_FEWER_HOLD_S = 300
_FAILURES = "10m"
_JOB, _INSTANCE, _GROUP, _INTEGRATION, _WORKLOAD = (
    f'{{{{ or $labels.{label} "(unnamed)" }}}}'
    for label in ("job", "instance", "rule_group", "integration", "workload")
)


@dataclass(frozen=True, kw_only=True)
class ExpectedPlane:
    """A plane that the stack has, how many collectors of it run at least, and its limits (a ratio, seconds).

    ``workloads`` are how many pods of each of its workloads run at least, by the name that the pods have as a label.
    """

    data_plane_id: str
    environment: str
    collectors: int = 1
    silence_is_normal: bool = False
    error_ratio: float = 0.05
    latency_p95_s: float = 1.0
    workloads: Mapping[str, int] = field(default_factory=dict)


def rules(
    planes: tuple[ExpectedPlane, ...],
    *,
    scrape_interval_s: int,
    targets: Mapping[str, int] | None = None,
    pods: bool = False,
) -> tuple[RuleFile, ...]:
    """Return the rule file on these planes, and on the control plane's own jobs with that many ``targets`` each.

    With ``pods`` also on the pods of the planes' workloads, for a store to which Prometheus lists them.
    """
    return render_rules((pack(planes, scrape_interval_s=scrape_interval_s, targets=targets, pods=pods),))


def pack(
    planes: tuple[ExpectedPlane, ...],
    *,
    scrape_interval_s: int,
    targets: Mapping[str, int] | None = None,
    pods: bool = False,
) -> Pack:
    """Return the pack of these rules; it has none for what is not there."""
    window_s = _SCRAPES * scrape_interval_s
    groups = (
        *((_planes(planes, window_s),) if planes else ()),
        *((_workloads(planes),) if pods and any(plane.workloads for plane in planes) else ()),
        *((_own(targets, window_s),) if targets else ()),
    )
    return Pack(name=NAME, groups=groups)


def _planes(planes: tuple[ExpectedPlane, ...], window_s: int) -> RuleGroup:
    ordered = sorted(planes, key=lambda plane: plane.data_plane_id)
    collectors = _joined((plane, plane.collectors) for plane in ordered)
    return RuleGroup(
        name="expected-planes",
        rules=(
            RecordingRule(record=COLLECTORS, expr=collectors),
            RecordingRule(
                record=SILENCE_IS_NORMAL, expr=_joined((plane, int(plane.silence_is_normal)) for plane in ordered)
            ),
            RecordingRule(record=ERROR_RATIO_LIMIT, expr=_joined((plane, plane.error_ratio) for plane in ordered)),
            RecordingRule(record=LATENCY_LIMIT, expr=_joined((plane, plane.latency_p95_s) for plane in ordered)),
            AlertRule(
                alert="DataPlaneDown",
                expr=f'({collectors}) unless on ({PLANE}) count_over_time(up{{job="data-plane"}}[{window_s}s])',
                hold_s=_MISSING_HOLD_S,
                severity="critical",
                labels=(("reason", "missing"),),
                summary=f"Data plane {PLANE_NAME} is missing",
                description=f"The stack has it, but for {window_s + _MISSING_HOLD_S} s no scrape of a collector of it"
                " has been stored: it has no collector, or nothing looks for one.",
            ),
            AlertRule(
                alert="CollectorsMissing",
                expr=f'(sum by ({PLANE}) (up{{job="data-plane"}}) > 0) < on ({PLANE}) {COLLECTORS}',
                hold_s=_FEWER_HOLD_S,
                severity="warning",
                summary=f"Data plane {PLANE_NAME} has too few collectors",
                description="Only {{ $value }} of its collectors can be scraped; the stack has more.",
            ),
        ),
    )


def _workloads(planes: tuple[ExpectedPlane, ...]) -> RuleGroup:
    pods = " or ".join(
        f'label_replace({_of_plane(plane, count)}, "workload", {_quoted(name)}, "", "")'
        for plane in sorted(planes, key=lambda plane: plane.data_plane_id)
        for name, count in sorted(plane.workloads.items())
    )
    ready = f'count by ({WORKLOAD}) (up{{job="{PODS_JOB}", ready="true"}})'
    return RuleGroup(
        name="expected-workloads",
        rules=(
            RecordingRule(record=PODS, expr=pods),
            # A workload without any is 0, not unknown.
            RecordingRule(record=PODS_READY, expr=f"{ready} or {PODS} * 0"),
            AlertRule(
                alert="WorkloadDown",
                expr=f"({pods}) unless on ({WORKLOAD}) ({ready})",
                hold_s=_FEWER_HOLD_S,
                severity="critical",
                summary=f"Workload {_WORKLOAD} of data plane {PLANE_NAME} has no pod that is ready",
                description=f"The stack runs at least {{{{ $value }}}}; for {_FEWER_HOLD_S} s none was ready: its pods"
                " wait for a node, cannot start, fail, or are gone.",
            ),
            AlertRule(
                alert="WorkloadDegraded",
                expr=f"({ready}) < on ({WORKLOAD}) {PODS}",
                hold_s=_FEWER_HOLD_S,
                severity="warning",
                summary=f"Workload {_WORKLOAD} of data plane {PLANE_NAME} has too few pods",
                description="Only {{ $value }} of its pods are ready; the stack runs more. The others wait for a node,"
                " cannot start, or fail.",
            ),
        ),
    )


def _own(targets: Mapping[str, int], window_s: int) -> RuleGroup:
    expected = " or ".join(
        f'label_replace(vector({count}), "job", {_quoted(job)}, "", "")' for job, count in sorted(targets.items())
    )
    seen = f"sum by (job) (max_over_time(up[{window_s}s]))"
    return RuleGroup(
        name="expected-services",
        rules=(
            RecordingRule(record=TARGETS, expr=expected),
            AlertRule(
                alert="ControlPlaneDown",
                expr=f"({expected}) unless on (job) ({seen} > 0)",
                hold_s=_DOWN_HOLD_S,
                severity="critical",
                summary=f"Control plane service {_JOB} is down",
                description=f"No successful scrape of a {_JOB} has been stored for {window_s + _DOWN_HOLD_S} s: none"
                " runs, or the metrics store cannot write.",
            ),
            AlertRule(
                alert="ControlPlaneDegraded",
                expr=f"({seen} > 0) < on (job) ({expected})",
                hold_s=_DOWN_HOLD_S,
                severity="warning",
                summary=f"A replica of {_JOB} of the control plane is down",
                description=f"Only {{{{ $value }}}} of the replicas of {_JOB} can be scraped; the stack has more.",
            ),
            *(_store() if {STORE, SENDER} <= targets.keys() else ()),
        ),
    )


def _store() -> tuple[AlertRule, ...]:
    """Return the alerts of a stack that stores its metrics and sends its alerts itself."""
    failed = " or ".join(
        f"increase(prometheus_tsdb_{what}_failed_total[{_FAILURES}]) > 0"
        for what in ("wal_writes", "compactions", "head_truncations", "checkpoint_creations", "wal_truncations")
    )
    return (
        AlertRule(
            alert="MetricsStoreFailing",
            expr=f"max by (job, instance) ({failed})",
            hold_s=0,
            severity="critical",
            summary="The metrics store cannot write",
            description=f"Prometheus {_INSTANCE} failed to write its log or a block within the last 10 minutes; usually"
            " its volume is full.",
        ),
        AlertRule(
            alert="RulesFailing",
            expr="max by (job, instance, rule_group)"
            f" (increase(prometheus_rule_evaluation_failures_total[{_FAILURES}])) > 0",
            hold_s=0,
            severity="critical",
            summary="Rules cannot be evaluated",
            description=f"The rule group {_GROUP} failed within the last 10 minutes: its figures are missing, and its"
            " alerts do not fire.",
        ),
        AlertRule(
            alert="AlertsNotSent",
            expr=f"sum by (integration) (increase(alertmanager_notifications_failed_total[{_FAILURES}])) > 0",
            hold_s=0,
            severity="critical",
            summary="Alerts are not delivered",
            description=f"{{{{ $value | humanize }}}} notifications through {_INTEGRATION} failed within the last 10"
            " minutes: nobody is notified of alerts.",
        ),
    )


def _joined(values: Iterable[tuple[ExpectedPlane, float]]) -> str:
    """Return an expression with a series for each plane."""
    return " or ".join(_of_plane(plane, value) for plane, value in values)


def _of_plane(plane: ExpectedPlane, value: float) -> str:
    return (
        f'label_replace(label_replace(vector({value!r}), "environment", {_quoted(plane.environment)}, "", ""),'
        f' "data_plane_id", {_quoted(plane.data_plane_id)}, "", "")'
    )


def _quoted(value: str) -> str:
    # In a replacement a dollar begins the name of a group.
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("$", "$$")
    return f'"{escaped}"'
