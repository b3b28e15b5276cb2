"""Real arguments for policies: resources as the engine's wire format gives them, read by the SDK's own functions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pulumi_policy import (
    PolicyCustomTimeouts,
    PolicyResource,
    PolicyResourceOptions,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.deserialize import SPECIAL_SECRET_SIG, SPECIAL_SIG_KEY, deserialize_properties
from pulumi_policy.policy import _NotApplicableError
from pulumi_policy.proxy import (
    UNKNOWN_ARRAY_VALUE,
    UNKNOWN_BOOLEAN_VALUE,
    UNKNOWN_NUMBER_VALUE,
    UNKNOWN_OBJECT_VALUE,
    UNKNOWN_STRING_VALUE,
    unknown_checking_proxy,
)

from policies.docker_views import CONTAINER, NETWORK

Props = dict[str, Any]

STACK = "sample"
IMAGE_ID = "sha256:" + "3f2a9b1c" * 8
UNKNOWN_TEXT = UNKNOWN_STRING_VALUE
UNKNOWN_FLAG = UNKNOWN_BOOLEAN_VALUE
UNKNOWN_NUMBER = UNKNOWN_NUMBER_VALUE
UNKNOWN_LIST = UNKNOWN_ARRAY_VALUE
UNKNOWN_OBJECT = UNKNOWN_OBJECT_VALUE


@dataclass(frozen=True)
class Outcome:
    """What a policy said: violations as (message, urn), and why it did not apply, if so."""

    violations: tuple[tuple[str, str | None], ...] = ()
    not_applicable: str | None = None


def validate(
    policy: ResourceValidationPolicy | StackValidationPolicy, args: ResourceValidationArgs | StackValidationArgs
) -> Outcome:
    """Run a policy as the SDK's servicer does."""
    found: list[tuple[str, str | None]] = []

    def report(message: str, urn: str | None = None) -> None:
        found.append((message, urn))

    try:
        if isinstance(policy, ResourceValidationPolicy):
            assert isinstance(args, ResourceValidationArgs)
            assert policy.validate(args, report) is None
        else:
            assert isinstance(args, StackValidationArgs)
            assert policy.validate(args, report) is None
    except _NotApplicableError as reason:
        return Outcome(tuple(found), reason.reason or "")
    return Outcome(tuple(found))


def secret(value: Any) -> Props:
    """A secret as the engine sends it; the SDK gives policies the value in clear."""
    return {SPECIAL_SIG_KEY: SPECIAL_SECRET_SIG, "value": value}


def hardened(**changes: Any) -> Props:
    """The properties of a container that every policy accepts, with changes; None removes a property."""
    props: Props = {
        "name": f"planewatch-{STACK}-prod-api",
        "image": IMAGE_ID,
        "user": "65532:65532",
        "readOnly": True,
        "capabilities": {"drops": ["ALL"], "adds": []},
        "securityOpts": ["no-new-privileges:true"],
        "memory": 128.0,
        "cpus": "0.5",
        "healthcheck": {"tests": ["CMD", "/probe", "http://127.0.0.1:8000/health"]},
        "volumes": [{"volumeName": "files", "containerPath": "/etc/app", "readOnly": True}],
        "networkMode": "bridge",
        "networksAdvanced": [{"name": f"planewatch-{STACK}-prod"}],
        "ports": [{"internal": 8000.0, "external": 18000.0, "ip": "127.0.0.1", "protocol": "tcp"}],
        "envs": ["PORT=8000", "OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318"],
        "restart": "unless-stopped",
        "start": True,
        **changes,
    }
    return {key: value for key, value in props.items() if value is not None}


def carrier(**changes: Any) -> Props:
    """A container that only carries files into a volume: none of the rules for running processes hold for it."""
    return {"name": f"planewatch-{STACK}-prod-api-files-1a2b", "image": IMAGE_ID, "start": False, **changes}


def resource(props: Props, kind: str = CONTAINER, config: Mapping[str, Any] | None = None) -> ResourceValidationArgs:
    """Arguments of a resource policy."""
    return ResourceValidationArgs(kind, read(props), urn(kind, "subject"), "subject", options(), None, config)


def member(plane: str, role: str, *networks: str, **changes: Any) -> PolicyResource:
    """The outputs of a container with its identity."""
    name = f"planewatch-{STACK}-{plane}-{role}"
    props = hardened(name=name, labels=identity(plane, role), networksAdvanced=[{"name": n} for n in networks])
    return output(CONTAINER, f"{plane}-{role}", {**props, **changes})


def network(plane: str, suffix: str = "", **changes: Any) -> PolicyResource:
    """The outputs of a network with its identity; suffix "-scrape" makes it internal."""
    name = f"planewatch-{STACK}-{plane}{suffix}"
    props: Props = {"name": name, "id": f"id-of-{name}", "internal": bool(suffix), "driver": "bridge"}
    props["labels"] = identity(plane, suffix.removeprefix("-") or "network")
    return output(NETWORK, f"{plane}{suffix}", {**props, **changes})


def identity(plane: str, role: str, stack: str = STACK) -> list[Props]:
    values = {"planewatch.stack": stack, "planewatch.data_plane_id": plane, "planewatch.role": role}
    return [{"label": label, "value": value} for label, value in values.items()]


def output(kind: str, name: str, props: Props) -> PolicyResource:
    return PolicyResource(kind, read(props), urn(kind, name), name, options(), None, None, [], {})


def platform(*planes: str, without: tuple[str, ...] = ()) -> list[PolicyResource]:
    """A whole stack that every stack policy accepts, less the resources named in `without`."""
    control = f"planewatch-{STACK}-control"
    scrape = [f"planewatch-{STACK}-{plane}-scrape" for plane in planes]
    found = [
        network("control"),
        member("control", "prometheus", control, *scrape),
        member("control", "alertmanager", control),
        member("control", "console", control),
    ]
    for plane in planes:
        own = f"planewatch-{STACK}-{plane}"
        found += [network(plane), network(plane, "-scrape")]
        found += [member(plane, "api", own), member(plane, "collector", own, f"{own}-scrape")]
        files = carrier(name=f"{own}-collector-files-1a2b", labels=identity(plane, "collector"))
        found.append(output(CONTAINER, f"{plane}-collector-files", files))
    return [r for r in found if r.name not in without]


def stack(*resources: PolicyResource) -> StackValidationArgs:
    """Arguments of a stack policy."""
    return StackValidationArgs(list(resources))


def read(props: Props) -> Mapping[str, Any]:
    return unknown_checking_proxy(deserialize_properties(props))


def urn(kind: str, name: str) -> str:
    return f"urn:pulumi:{STACK}::planewatch::{kind}::{name}"


def options() -> PolicyResourceOptions:
    return PolicyResourceOptions(False, [], None, [], PolicyCustomTimeouts(0, 0, 0), [])
