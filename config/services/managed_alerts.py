"""The alert manager definition of Amazon Managed Service for Prometheus: the routes of `alert_routing`, sent by SNS."""

from dataclasses import dataclass, field

import yaml

from config.packs.model import Severity
from config.services.alert_routing import Receivers, Timing, inhibit_rules, route
from config.services.managed_quotas import PUBLISHED, Quotas, UnsupportedError
from config.text import to_yaml

_TEMPLATE_FILE = "planewatch"
_SUBJECT = "planewatch.subject"
_MESSAGE = "planewatch.message"
# The service cuts a subject after 100 characters and replaces one with line ends or anything but ASCII: plane and alert
# names have at most 63, and the white space between the lines of the template goes ({{- and -}}).
_TEMPLATES = f"""\
{{{{ define "{_SUBJECT}" -}}}}
{{{{ .Status | toUpper }}}} {{{{ .CommonLabels.severity }}}}: {{{{ .CommonLabels.alertname }}}}
{{{{- with .CommonLabels.data_plane_id }}}} on {{{{ . }}}}{{{{ end }}}}
{{{{- end }}}}
{{{{ define "{_MESSAGE}" -}}}}
{{{{ range .Alerts }}}}{{{{ .Status | toUpper }}}}: {{{{ .Annotations.summary }}}}
{{{{ .Annotations.description }}}}
Since {{{{ .StartsAt }}}}. Runbook: {{{{ .Annotations.runbook }}}}
{{{{ end }}}}
{{{{- end }}}}
"""


@dataclass(frozen=True, kw_only=True)
class ManagedAlertsConfig:
    """Topics by severity, as ARNs of standard topics in ``region``; other severities go to ``warning_topic``."""

    region: str
    critical_topic: str
    warning_topic: str
    timing: Timing = field(default_factory=Timing)


def render(config: ManagedAlertsConfig, quotas: Quotas = PUBLISHED) -> str:
    """Return the definition: ``template_files`` and, as text within the text, ``alertmanager_config``.

    Raises `UnsupportedError` when it is over a limit of the service.
    """
    inner: dict[str, object] = {
        "templates": [_TEMPLATE_FILE],
        "route": route(config.timing, Receivers(default="warning", critical="critical", warning="warning")),
        "inhibit_rules": inhibit_rules(),
        "receivers": [
            _receiver("critical", config.critical_topic, config.region),
            _receiver("warning", config.warning_topic, config.region),
        ],
    }
    # Block style, as the documentation shows it: a person reads and edits it in the console.
    text = yaml.dump(
        {"template_files": {_TEMPLATE_FILE: _Block(_TEMPLATES)}, "alertmanager_config": _Block(to_yaml(inner))},
        Dumper=_Dumper,
        sort_keys=False,
        width=1000,
    )
    if faults := _faults(config, inner, text, quotas):
        raise UnsupportedError(faults)
    return text


def _receiver(severity: Severity, topic: str, region: str) -> dict[str, object]:
    return {
        "name": severity,
        "sns_configs": [
            {
                "topic_arn": topic,
                # The service knows no region of its own to sign for.
                "sigv4": {"region": region},
                "send_resolved": True,
                "subject": f'{{{{ template "{_SUBJECT}" . }}}}',
                "message": f'{{{{ template "{_MESSAGE}" . }}}}',
                # What subscriptions can filter by; an empty value would be dropped by the service.
                "attributes": {
                    "severity": "{{ with .CommonLabels.severity }}{{ . }}{{ else }}none{{ end }}",
                    "data_plane_id": "{{ with .CommonLabels.data_plane_id }}{{ . }}{{ else }}none{{ end }}",
                    "status": "{{ .Status }}",
                },
            }
        ],
    }


def _faults(config: ManagedAlertsConfig, inner: dict[str, object], text: str, quotas: Quotas) -> list[str]:
    slowest = max(config.timing.repeat_warning_s, config.timing.repeat_critical_s)
    return [
        f"{what} must be ≤ {limit} (got {value})"
        for what, value, limit in (
            ("the size of the alert manager definition in bytes", len(text.encode()), quotas.definition_bytes),
            ("the number of nodes in the routing tree", _nodes(inner["route"]), quotas.routing_nodes),
            ("the number of inhibition rules", len(inhibit_rules()), quotas.inhibition_rules),
            ("repeat_interval in seconds", slowest, quotas.repeat_interval_s),
        )
        if value > limit
    ] + [
        f"topic {topic} must be a standard topic (got FIFO)"
        for topic in (config.critical_topic, config.warning_topic)
        if topic.endswith(".fifo")
    ]


def _nodes(tree: object) -> int:
    return 1 + sum(map(_nodes, tree.get("routes", ()))) if isinstance(tree, dict) else 0


class _Block(str):
    """A text that YAML writes as a block."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    """Writes `_Block` with its own lines."""


def _represent(dumper: yaml.SafeDumper, text: _Block) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style="|")


_Dumper.add_representer(_Block, _represent)
