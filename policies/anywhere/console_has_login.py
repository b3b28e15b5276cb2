"""A console that other machines reach has a login in front of it, or the stack says that it has none."""

import ipaddress
from collections.abc import Iterator

from pulumi_policy import PolicyConfigSchema, ResourceValidationArgs

from policies.docker_views import CONTAINER, Container, container
from policies.identity import CONSOLE, CONTROL, LABEL_PLANE, LABEL_ROLE, PART_LABEL, ROLE_LABELS, ZONE_LABEL
from policies.reading import Record, Unknown, inside
from policies.resource_policies import Findings, resource_policy
from policies.stack_config import stack_config

_EDGES = ("kubernetes:networking.k8s.io/v1:Ingress", "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute")


def check(args: ResourceValidationArgs) -> Findings:
    """Require the name of a login, or that there is none, where the console is published for other machines."""
    if stack_config().console_is_answered_for or args.get_config().get("login"):
        return
    if args.resource_type == CONTAINER:
        yield from _published(container(args.props))
    elif _is_console(Record(args.props)):
        yield "publishes the console, which has no login"


def _published(view: Container) -> Iterator[str]:
    if isinstance(view.labels, Unknown):
        return
    if (view.labels.get(LABEL_PLANE), view.labels.get(LABEL_ROLE)) != (CONTROL, CONSOLE):
        return
    for port in view.ports:
        if not isinstance(port.ip, Unknown) and not _is_loopback(port.ip or ""):
            where = port.ip or "every address"
            yield f"port {port.label} of the console, which has no login, is published on {where}"


def _is_console(props: Record) -> bool:
    found = inside(props, "metadata", "labels")
    if not isinstance(found, Record):
        return False
    # A plane may call a service of its own so.
    is_ours = found.text(PART_LABEL) == "planewatch" and found.text(ZONE_LABEL) == CONTROL
    return is_ours and any(found.text(label) == CONSOLE for label in ROLE_LABELS)


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


POLICY = resource_policy(
    name="console-has-login",
    description="A console that other machines reach has a login in front of it, or the stack says that it has none.",
    remedy=(
        "set authentication under planewatch:controlPlane.console to the name of what authenticates people, or"
        " unauthenticated: true there"
    ),
    types=(CONTAINER, *_EDGES),
    check=check,
    config_schema=PolicyConfigSchema(
        properties={"login": {"type": "string", "description": "What authenticates people in front of the console."}}
    ),
)
