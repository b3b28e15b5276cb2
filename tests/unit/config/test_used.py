"""Values are checked for their use, before anything is made: what a program would refuse later, or take otherwise."""

import copy
import subprocess
from typing import Any

import pulumi
import pytest

from config.load import parse
from config.ports import BLOCKED
from config.quantities import bytes_of
from tests.unit.config.documents import FILE, Document, changed, faults, good, read
from tests.unit.docs.everything import FULL
from tests.unit.services.tools import program


def _below(place: str, value: Any, document: Document = FULL) -> Document:
    """Return the document with another value at a dotted place; lists are reached by number."""
    target: Any = (made := copy.deepcopy(document))
    *above, last = [int(part) if part.isdigit() else part for part in place.split(".")]
    for key in above:
        target = target[key]
    target[last] = value
    return made


def _told(place: str, value: Any, document: Document = FULL) -> str:
    """Return the one line that is told of a value at a place."""
    start = f"{FILE}: planewatch:{place}"
    (line,) = [line for line in faults(_below(place, value, document)) if line.startswith(start)]
    return line.removeprefix(start)


def _accepted(place: str, value: Any) -> bool:
    try:
        read(_below(place, value))
    except pulumi.RunError as error:
        # The samples hold settings that exclude one another: only this place counts.
        return f"planewatch:{place} " not in str(error)
    return True


@pytest.mark.parametrize(
    "place",
    [
        "controlPlane.consolePort",
        "controlPlane.prometheusPort",
        "controlPlane.alertmanagerPort",
        "dataPlanes.prod.apiPort",
        "dataPlanes.prod.otlpHttpPort",
    ],
)
def test_a_port_that_browsers_block_is_refused_wherever_it_is_published(place: str) -> None:
    assert (
        _told(place, 6000) == " must be a port that browsers connect to, such as 8080; they block this one (got 6000)"
    )
    assert {80, 443, 3000, 8080, 9090} & BLOCKED == set()


def test_a_port_inside_a_container_may_be_any() -> None:
    assert _accepted("dataPlanes.prod.workloads.api.port", 6000)


@pytest.mark.parametrize(
    ("place", "value", "says"),
    [
        ("controlPlane.retention", "300y", "at most 292y, the longest that Prometheus reads"),
        ("controlPlane.retention", "106752d", "at most 106751d, the longest that Prometheus reads"),
        ("controlPlane.retention", f"{10**30}h", "at most 2562047h, the longest that Prometheus reads"),
        ("controlPlane.retentionSize", "8388608TB", "at most 8388607TB; larger sizes overflow"),
        ("kubernetes.storageSize", "8388608Ti", "at most 8388607Ti; larger sizes overflow"),
        ("kubernetes.zoneQuota.memoryGib", 10**12, "≤ 10,000,000"),
        ("kubernetes.zoneQuota.cpus", 10**9, "≤ 1,000,000"),
        ("kubernetes.zoneQuota.pods", 10**9, "≤ 150,000"),
        ("dataPlanes.prod.workloads.api.memoryMib", 10**15, "≤ 33,554,432"),
        ("aws.budget.monthlyUsd", 10**15, "≤ 1,000,000,000"),
    ],
)
def test_a_size_that_overflows_where_it_is_used_is_refused(place: str, value: Any, says: str) -> None:
    told = _told(place, value)
    assert told.startswith(f" must be {says}")
    assert "(got " in told


@pytest.mark.parametrize("retention", ["292y", "106751d", "15250w", "2562047h", "015d"])
@pytest.mark.parametrize("more", [False, True], ids=["longest", "one-more"])
def test_prometheus_itself_reads_the_longest_retention_and_no_longer_one(retention: str, *, more: bool) -> None:
    digits, unit = retention[:-1], retention[-1]
    said = f"{int(digits) + 1}{unit}" if more else retention
    refused = said != "16d" and more
    assert _accepted("controlPlane.retention", said) is not refused
    # With a configuration that does not exist Prometheus ends at once, but not before it has read its flags.
    command = [program("prometheus"), f"--storage.tsdb.retention.time={said}", "--config.file=/nonexistent"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert ("duration" in done.stderr) is refused, done.stderr


def test_stored_metrics_that_do_not_fit_their_volume_are_refused() -> None:
    document = {**good(), "platform": "kubernetes", "controlPlane": {"retentionSize": "10GB"}}
    (line,) = faults(document)
    assert line == (
        f"{FILE}: planewatch:controlPlane.retentionSize must be < planewatch:kubernetes.storageSize, which is 10Gi: the"
        " volume would be full before anything is dropped (got 10GB)"
    )
    assert read({**document, "kubernetes": {"storageSize": "11Gi"}}).kubernetes.storage_size == "11Gi"
    assert bytes_of("10GB") == bytes_of("10Gi") == 10 * 2**30


WEBHOOKS = {
    "hooks.example.com/x-hunter2": "does not start with http:// or https://",
    "ftp://hooks.example.com/hunter2": "does not start with http:// or https://",
    "https:///hunter2": "has no host",
    "https://:8443/hunter2": "has no host",
    "https://hooks example.com/hunter2": "has a host or port that cannot be connected to",
    "https://hooks.example.com:0/hunter2": "has a host or port that cannot be connected to",
    "https://hooks.example.com:99999/hunter2": "cannot be parsed",
    "https://[::1/hunter2": "cannot be parsed",
    "https://hooks.example.com/a b/hunter2": "holds spaces or characters that a URL must escape",
    "https://hooks.example.com/%zz/hunter2": "holds spaces or characters that a URL must escape",
    "": "does not start with http:// or https://",
    '{"url": "hunter2"}': "does not start with http:// or https://",
}


def _parsed(webhook: str, **options: Any) -> Any:
    values = {"dataPlanes": '{"prod": {"apiPort": 8081, "otlpHttpPort": 4381}}', "alertWebhookUrl": webhook}
    return parse("sample", FILE, values, secret=["alertWebhookUrl"], **options)


@pytest.mark.parametrize(("url", "says"), WEBHOOKS.items(), ids=list(WEBHOOKS))
def test_a_webhook_that_no_alert_could_reach_is_refused_without_repeating_it(url: str, says: str) -> None:
    with pytest.raises(pulumi.RunError) as caught:
        _parsed(url)
    told = str(caught.value)
    assert (
        f"planewatch:alertWebhookUrl must be a URL with a scheme and a host: this one {says} (value not shown)" in told
    )
    assert "pulumi config set --secret planewatch:alertWebhookUrl https://" in told
    assert "hunter2" not in told


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.com/services/T000/B000/x?y=z&a=%20#part",
        "http://alerts:9000",
        "http://user:word@192.0.2.1:8080/",
        "http://[2001:db8::1]:8080/hook",
        "https://hooks.example.com/x\n",
    ],
)
def test_a_webhook_with_a_scheme_and_a_host_is_taken(url: str) -> None:
    assert _parsed(url)


@pytest.mark.parametrize(
    ("protocol", "endpoint", "says"),
    [
        ("email", "oncall", " must be an e-mail address, with protocol: email"),
        ("email", "on call@example.com", " must be an e-mail address, with protocol: email"),
        ("email", "oncall@example", " must be an e-mail address, with protocol: email"),
        (
            "https",
            "http://hooks.example.com",
            " must be a URL with https:// and a host, with protocol: https: this one",
        ),
        ("https", "hooks.example.com/x", " must be a URL with https:// and a host, with protocol: https: this one"),
        (
            "sqs",
            "https://sqs.eu-central-1.amazonaws.com/111122223333/q",
            " must be the ARN of a queue that is not FIFO",
        ),
        ("sqs", "arn:aws:sqs:eu-central-1:111122223333:q.fifo", " must be the ARN of a queue that is not FIFO"),
        ("lambda", "arn:aws:lambda:eu-central-1:111122223333:f", " must be the ARN of a function"),
        ("lambda", "alerts", " must be the ARN of a function"),
    ],
)
def test_an_endpoint_fits_its_protocol(protocol: str, endpoint: str, says: str) -> None:
    told = _told("aws.notifications.critical.0", {"protocol": protocol, "endpoint": endpoint})
    assert told.startswith(f".endpoint{says}")


@pytest.mark.parametrize(
    ("protocol", "endpoint"),
    [
        ("email", "on-call+alerts@ops.example.co.uk"),
        ("https", "https://user:word@hooks.example.com:8443/x?y"),
        ("sqs", "arn:aws-us-gov:sqs:us-gov-west-1:111122223333:alerts_1"),
        ("lambda", "arn:aws:lambda:eu-central-1:111122223333:function:alerts:live"),
    ],
)
def test_an_endpoint_of_each_protocol_is_taken(protocol: str, endpoint: str) -> None:
    assert _accepted("aws.notifications.critical.0", {"protocol": protocol, "endpoint": endpoint})


@pytest.mark.parametrize(
    ("place", "value", "says"),
    [
        ("aws.budget.emails", ["platform"], '.0 must be an e-mail address, e.g. oncall@example.com (got "platform")'),
        ("aws.cluster.nodeGroup.instanceTypes", ["large"], '.0 must be an instance type, e.g. m7g.large (got "large")'),
        ("aws.profile", "", ' must not be empty (got "")'),
        ("kubernetes.context", "", ' must not be empty (got "")'),
        ("kubernetes.apiServerCidrs", ["999.0.0.0/8"], ".0 must be a network in CIDR form, e.g. 10.0.0.0/8: "),
        ("kubernetes.apiServerCidrs", ["2001:db8:0::/32"], ".0 must be written as 2001:db8::/32"),
        ("kubernetes.tolerations", [{"key": "a b"}], ".0.key must be a taint's key, e.g. example.com/team, or empty"),
        ("kubernetes.tolerations", [{"key": "a", "value": "b c"}], ".0.value must be a Kubernetes label value"),
        ("kubernetes.tolerations", [{"key": ""}], ".0: operator Equal needs a key; add it, or set operator: Exists"),
        ("kubernetes.ingress.annotations", {"a b": "c"}, ".a b: this name must be a Kubernetes label key"),
        ("docker.bindAddress", "224.0.0.1", " must be an address of the host, not of a group"),
        ("docker.bindAddress", "fe80::1%eth0", " must be an address of the host, not of a group and without a zone"),
        ("dataPlanes.prod.workloads.api.image", "Example/Service:1", " must be an image as repository:tag"),
        ("dataPlanes.prod.workloads.api.image", "example/service:1:2", " must be an image as repository:tag"),
        ("dataPlanes.prod.workloads.api.image", "example/service@sha256:1", " must be an image as repository:tag"),
        ("dataPlanes.prod.workloads.api.image", "https://example/service", " must be an image as repository:tag"),
        ("images.api.reference", "example/API:1", " must be an image as repository:tag, in lower case up to the tag"),
        (
            "dataPlanes.prod.workloads.api.environmentVariables.LOG_LEVEL",
            "a\0b",
            " must be text without a NUL character (got [secret])",
        ),
        (
            "dataPlanes.prod.workloads.api.environmentVariables",
            {"OTEL_RESOURCE_ATTRIBUTES": "team=hunter2, service.instance.id = api-1"},
            ": OTEL_RESOURCE_ATTRIBUTES must not name service.instance.id: all processes would have the same",
        ),
    ],
)
def test_what_its_user_would_refuse_later_is_refused(place: str, value: Any, says: str) -> None:
    assert _told(place, value).startswith(says)


@pytest.mark.parametrize(
    "image",
    [
        "busybox",
        "busybox:1.37.0-musl",
        "example/service:1.0",
        "registry.example:5000/team/service:v1",
        "localhost/a/b/c__d:x_Y.z-1",
        f"ghcr.io/example/service@sha256:{64 * 'a'}",
        f"111122223333.dkr.ecr.eu-central-1.amazonaws.com/a-b/c.d:1@sha256:{64 * '0'}",
    ],
)
def test_an_image_that_an_engine_can_pull_is_taken(image: str) -> None:
    assert _accepted("dataPlanes.prod.workloads.api.image", image)


def test_other_attributes_of_the_resource_are_taken() -> None:
    variables = {"OTEL_RESOURCE_ATTRIBUTES": "team=checkout,my.service.instance.id=1"}
    assert _accepted("dataPlanes.prod.workloads.api.environmentVariables", variables)


def test_a_harmless_value_of_a_variable_is_shown_and_text_is_not() -> None:
    def told(value: Any) -> str:
        variables = {"api": {"environmentVariables": {"DEBUG": value}}}
        (line,) = faults(changed("dataPlanes.prod.workloads", variables))
        return line.partition("DEBUG")[2]

    assert told(True) == " must be a string in quotes (got true)"
    assert told(None) == " must be a string in quotes (got null)"
    assert told(4711) == " must be a string in quotes (got [secret])"


_NAMES = ["http_proxy", "Logging__Level", "discovery.type", "no", "_x", "npm_config_cache", "JAVA-OPTS", "LOG_LEVEL"]


@pytest.mark.parametrize("name", _NAMES)
def test_a_variable_has_the_name_that_a_program_reads(name: str) -> None:
    variables = {"api": {"environmentVariables": {name: "x"}}}
    assert read(changed("dataPlanes.prod.workloads", variables)).data_planes["prod"].workloads["api"] is not None
    (line,) = faults(changed("dataPlanes.prod.workloads", {"api": {"environmentVariables": {name: None}}}))
    assert line.endswith(f".environmentVariables.{name} must be a string in quotes (got null)")


@pytest.mark.parametrize("name", ["", "1x", ".x", "-x", "a b", "a=b", "ä", "a$b", "a/b"])
def test_a_name_that_no_platform_takes_is_refused(name: str) -> None:
    (line,) = faults(changed("dataPlanes.prod.workloads", {"api": {"environmentVariables": {name: "x"}}}))
    assert line.endswith(": this name must be a variable name: letters, digits and _ . -, starting with a letter or _")
