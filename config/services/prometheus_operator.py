"""The metrics store's configuration as objects of the Prometheus Operator, from the same model as ``prometheus.yml``.

Everything here is the ``spec`` of an object of ``monitoring.coreos.com/v1``. Monitors lie in the control plane's
namespace: whoever may write into a plane's namespace cannot stamp another identity on what comes from there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import yaml
from pydantic.alias_generators import to_camel

from config.packs.model import RuleFile
from config.services.discovery import PlaneNamespace, identity
from config.services.prometheus import FEATURES, REPLICA, PrometheusConfig
from config.services.scraping import APPLICATION_JOB, METRIC_RELABELLING, TELEMETRY_JOB, PlaneLimits
from config.text import seconds

API_VERSION = "monitoring.coreos.com/v1"
PROMETHEUS, POD_MONITOR, SERVICE_MONITOR, RULE = "Prometheus", "PodMonitor", "ServiceMonitor", "PrometheusRule"
KINDS = (PROMETHEUS, POD_MONITOR, SERVICE_MONITOR, RULE)
# Labels that the operator adds to every target: series must be the same as without it.
_OPERATORS_LABELS = "namespace|container|endpoint|service"

Spec = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class MonitoredService:
    """A Service of the control plane whose pods expose ``/metrics`` at the port called ``port``."""

    job: str
    service: str
    port: str


@dataclass(frozen=True, kw_only=True)
class OperatedStore:
    """What a Prometheus object says besides the configuration; retention and its size in Prometheus's notation.

    ``version`` is what the image holds, without a leading v: the operator writes configuration and arguments for it.
    ``selector`` are the labels of the stack's own monitors and rules; no others are taken.
    """

    config: PrometheusConfig
    replicas: int
    retention: str
    retention_size: str | None
    version: str
    namespace: str
    selector: Mapping[str, str]
    alertmanager: MonitoredService


def prometheus(store: OperatedStore) -> Spec:
    """Return the fields of a ``Prometheus`` object for scraping, storage and alerting, without those of its pods."""
    config, selector = store.config, {"matchLabels": dict(store.selector)}
    return {
        "version": f"v{store.version}",
        "replicas": store.replicas,
        "scrapeInterval": seconds(config.scrape_interval_s),
        "scrapeTimeout": seconds(config.scrape_timeout_s),
        "evaluationInterval": seconds(config.evaluation_interval_s),
        "retention": store.retention,
        **({"retentionSize": store.retention_size} if store.retention_size else {}),
        "enableFeatures": list(FEATURES),
        "replicaExternalLabelName": REPLICA,
        # Empty: none. The series and alerts are those of a store without the operator.
        "prometheusExternalLabelName": "",
        # Without a namespace selector only the object's own namespace counts.
        "podMonitorSelector": selector,
        "serviceMonitorSelector": selector,
        "ruleSelector": selector,
        # A monitor may neither let targets keep labels that are ours nor read files of the server.
        "overrideHonorLabels": True,
        "arbitraryFSAccessThroughSMs": {"deny": True},
        # Endpoints objects are deprecated from Kubernetes 1.33 on.
        "serviceDiscoveryRole": "EndpointSlice",
        "alerting": {
            "alertmanagers": [
                {
                    "name": store.alertmanager.service,
                    "namespace": store.namespace,
                    "port": store.alertmanager.port,
                    "apiVersion": "V2",
                }
            ]
        },
    }


def pod_monitor(plane: PlaneNamespace, limits: PlaneLimits, selector: Mapping[str, str]) -> Spec:
    """Return the ``PodMonitor`` of a plane's collectors (pods with the labels ``selector``): both of its jobs."""
    return {
        "selector": {"matchLabels": dict(selector)},
        "namespaceSelector": {"matchNames": [plane.namespace]},
        "sampleLimit": limits.samples,
        "labelLimit": limits.labels,
        "labelNameLengthLimit": limits.label_name_bytes,
        "labelValueLengthLimit": limits.label_value_bytes,
        "bodySizeLimit": f"{limits.body_mib}MiB",
        "podMetricsEndpoints": [
            {
                "port": port,
                "honorLabels": False,
                "honorTimestamps": False,
                "relabelings": _camel([*identity(plane), *_named(job)]),
                "metricRelabelings": _camel(METRIC_RELABELLING),
            }
            for job, port in ((APPLICATION_JOB, "metrics"), (TELEMETRY_JOB, "telemetry"))
        ],
    }


def service_monitor(monitored: MonitoredService, selector: Mapping[str, str]) -> Spec:
    """Return the ``ServiceMonitor`` of a service of the control plane, selected by the name of its Service."""
    by_name = {"source_labels": ["__meta_kubernetes_service_name"], "regex": monitored.service, "action": "keep"}
    return {
        "selector": {"matchLabels": dict(selector)},
        "endpoints": [{"port": monitored.port, "relabelings": _camel([by_name, *_named(monitored.job)])}],
    }


def prometheus_rule(rules: RuleFile) -> Spec:
    """Return the ``PrometheusRule`` that holds what the rule file holds."""
    document: Spec = yaml.safe_load(rules.text)
    return document


def _named(job: str) -> list[dict[str, object]]:
    return [{"target_label": "job", "replacement": job}, {"regex": _OPERATORS_LABELS, "action": "labeldrop"}]


def _camel(rules: Iterable[Mapping[str, object]]) -> list[dict[str, object]]:
    return [{to_camel(key): value for key, value in rule.items()} for rule in rules]
