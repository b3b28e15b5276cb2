"""Managed Prometheus's documents: rule groups, alert manager definitions and scrape configurations, and their limits.

The limits were written down from memory of the service's published default quotas, where neither AWS nor its user guide
could be reached: check them against the page "Amazon Managed Service for Prometheus service quotas" before relying on
them. The number of rules in a group (once 20) is not limited here: the project's own rules have more.
"""

import re
from collections.abc import Iterator
from typing import Any

import yaml

DOCUMENT_BYTES = 1024 * 1024
LEAST_INTERVAL_S = 30
ROUTING_NODES = 100
INHIBITION_RULES = 100
TEMPLATES = 100
_TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token"  # noqa: S105 - where it lies, not what it is
_AUTHORIZATIONS = frozenset({"basic_auth", "oauth2", "sigv4"})
_DURATION = re.compile(r"^(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$")
_SECONDS = (604800, 86400, 3600, 60, 1, 0.001)
_GROUP_KEYS = frozenset({"name", "interval", "rules", "query_offset", "limit", "labels"})
_RULE_KEYS = frozenset({"record", "alert", "expr", "for", "keep_firing_for", "labels", "annotations"})
_RECEIVERS = frozenset({"sns_configs", "pagerduty_configs"})


def seconds(text: object) -> float | None:
    """Read a Prometheus duration; None when it is none."""
    found = _DURATION.match(str(text)) if text not in (None, "") else None
    if found is None or not any(found.groups()):
        return None
    return sum(int(part) * size for part, size in zip(found.groups(), _SECONDS, strict=True) if part)


def rule_faults(text: str) -> list[str]:
    """Return what is wrong with a rule groups file; empty if it is valid."""
    document, faults = _yaml(text)
    if faults:
        return faults
    groups = document.get("groups") if isinstance(document, dict) else None
    if not isinstance(groups, list):
        return ["a rule groups file has a list named groups"]
    faults = [
        f"unknown field {key}; a rule groups file has groups only" for key in sorted(document.keys() - {"groups"})
    ]
    names: set[str] = set()
    for index, group in enumerate(groups):
        if not isinstance(group, dict) or not group.get("name"):
            faults.append(f"groups[{index}] has no name")
            continue
        name = str(group["name"])
        if name in names:
            faults.append(f"two groups are named {name}")
        names.add(name)
        faults.extend(f"group {name}: {fault}" for fault in _group_faults(group))
    return faults


def _group_faults(group: dict[str, Any]) -> Iterator[str]:
    yield from (f"unknown field {key}" for key in sorted(group.keys() - _GROUP_KEYS))
    rules = group.get("rules", [])
    if not isinstance(rules, list):
        yield "rules must be a list"
        return
    if "interval" in group:
        interval = seconds(group["interval"])
        if interval is None:
            yield f"its interval {group['interval']!r} is not a duration"
        elif interval < LEAST_INTERVAL_S:
            yield f"its interval is {group['interval']}; the service evaluates at most every {LEAST_INTERVAL_S}s"
    for index, rule in enumerate(rules):
        if not isinstance(rule, dict):
            yield f"rules[{index}] is not an object"
            continue
        yield from (f"rules[{index}]: {fault}" for fault in _rule_faults(rule))


def _rule_faults(rule: dict[str, Any]) -> Iterator[str]:
    yield from (f"unknown field {key}" for key in sorted(rule.keys() - _RULE_KEYS))
    if ("record" in rule) == ("alert" in rule):
        yield "needs either record or alert"
    if not rule.get("expr"):
        yield "needs an expr"
    if "record" in rule:
        if not re.fullmatch(r"[a-zA-Z_:][a-zA-Z0-9_:]*", str(rule["record"])):
            yield f"{rule['record']} is not a metric name"
        yield from (f"a recording rule has no {key}" for key in sorted(rule.keys() & {"for", "annotations"}))
    for key in ("for", "keep_firing_for"):
        if key in rule and seconds(rule[key]) is None and str(rule[key]) != "0":
            yield f"its {key} {rule[key]!r} is not a duration"


def alert_manager_faults(text: str) -> list[str]:
    """Return what is wrong with an alert manager definition; empty if it is valid."""
    document, faults = _yaml(text)
    if faults:
        return faults
    if not isinstance(document, dict) or not isinstance(document.get("alertmanager_config"), str):
        return ["a definition has the Alertmanager's configuration as text under alertmanager_config"]
    unknown = document.keys() - {"alertmanager_config", "template_files"}
    faults = [f"unknown field {key}; known are alertmanager_config and template_files" for key in sorted(unknown)]
    templates = document.get("template_files") or {}
    if not isinstance(templates, dict) or len(templates) > TEMPLATES:
        faults.append(f"template_files maps at most {TEMPLATES} names to templates")
    config, inner = _yaml(document["alertmanager_config"])
    if inner or not isinstance(config, dict):
        return faults + [f"alertmanager_config: {fault}" for fault in inner or ["is not an object"]]
    return faults + [f"alertmanager_config: {fault}" for fault in _config_faults(config)]


def _config_faults(config: dict[str, Any]) -> Iterator[str]:
    receivers = config.get("receivers")
    if not isinstance(receivers, list) or not all(isinstance(one, dict) and one.get("name") for one in receivers):
        yield "receivers is a list of objects with a name"
        return
    names = [str(one["name"]) for one in receivers]
    yield from (f"two receivers are named {name}" for name in sorted({n for n in names if names.count(n) > 1}))
    for one in receivers:
        yield from (
            f"receiver {one['name']}: the service does not support {key}; it supports sns_configs and pagerduty_configs"
            for key in sorted(one.keys() - _RECEIVERS - {"name"})
        )
        for index, sns in enumerate(one.get("sns_configs") or ()):
            if not isinstance(sns, dict) or not str(sns.get("topic_arn", "")).startswith("arn:"):
                yield f"receiver {one['name']}: sns_configs[{index}] needs a topic_arn"
            elif not (sns.get("sigv4") or {}).get("region"):
                yield f"receiver {one['name']}: sns_configs[{index}] needs sigv4.region"
    if not isinstance(config.get("route"), dict) or not config["route"].get("receiver"):
        yield "route needs a receiver"
        return
    nodes = list(_nodes(config["route"]))
    if len(nodes) > ROUTING_NODES:
        yield f"the routing tree has {len(nodes)} nodes; the service takes at most {ROUTING_NODES}"
    wanted = {str(node["receiver"]) for node in nodes if node.get("receiver")}
    yield from (f"route names the receiver {name}, which is not defined" for name in sorted(wanted - {*names}))
    if len(config.get("inhibit_rules") or ()) > INHIBITION_RULES:
        yield f"more than {INHIBITION_RULES} inhibition rules"


def _nodes(route: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield route
    for child in route.get("routes") or ():
        if isinstance(child, dict):
            yield from _nodes(child)


def scrape_faults(text: str) -> list[str]:
    """Return what is wrong with a collector's scrape configuration; empty if it is valid."""
    document, faults = _yaml(text)
    if faults:
        return faults
    jobs = document.get("scrape_configs") if isinstance(document, dict) else None
    if not isinstance(jobs, list) or not all(isinstance(job, dict) and job.get("job_name") for job in jobs):
        return ["a scrape configuration has a list named scrape_configs, each with a job_name"]
    faults = [f"a managed collector takes no {key}" for key in sorted(document.keys() - {"global", "scrape_configs"})]
    faults.extend(_interval_faults("global", document.get("global") or {}))
    for job in jobs:
        faults.extend(f"job {job['job_name']}: {fault}" for fault in _job_faults(job))
    return faults


def _job_faults(job: dict[str, Any]) -> Iterator[str]:
    """As the page "Using an AWS managed collector" has it, limitations of scrape configurations."""
    yield from _interval_faults("it", job)
    foreign = {key for key in job if key.endswith("_sd_configs")} - {"kubernetes_sd_configs"}
    yield from (f"a managed collector takes no {key}" for key in sorted(foreign | (job.keys() & _AUTHORIZATIONS)))
    for target in (target for group in job.get("static_configs") or () for target in group.get("targets") or ()):
        if not re.fullmatch(r"[\d.]+(:\d+)?|\[[\da-fA-F:]+\](:\d+)?", str(target)):
            yield f"target {target} is not an IP address; a managed collector resolves no names"
    authorization = job.get("authorization")
    if authorization and (authorization.get("type", "Bearer"), authorization.get("credentials_file")) != (
        "Bearer",
        _TOKEN,
    ):
        yield f"authorization is not the service account's token ({_TOKEN})"


def _interval_faults(where: str, section: dict[str, Any]) -> Iterator[str]:
    interval = seconds(section["scrape_interval"]) if "scrape_interval" in section else LEAST_INTERVAL_S
    if interval is None:
        yield f"{where} has a scrape_interval that is not a duration"
    elif interval < LEAST_INTERVAL_S:
        most = f"a managed collector scrapes at most every {LEAST_INTERVAL_S}s"
        yield f"{where} scrapes every {section['scrape_interval']}; {most}"


def _yaml(text: str) -> tuple[Any, list[str]]:
    if len(text.encode()) > DOCUMENT_BYTES:
        return None, [f"is larger than {DOCUMENT_BYTES} bytes"]
    try:
        return yaml.safe_load(text), []
    except yaml.YAMLError as error:
        return None, [f"is not valid YAML: {' '.join(str(error).split())}"]
