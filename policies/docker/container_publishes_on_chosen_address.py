"""Published ports bind to the loopback address unless the stack chooses another."""

import ipaddress

from pulumi_policy import PolicyConfigSchema, ResourceValidationArgs

from policies.docker_views import CONTAINER, container
from policies.reading import Unknown
from policies.resource_policies import Findings, resource_policy
from policies.stack_config import stack_config


def check(args: ResourceValidationArgs) -> Findings:
    """Require each port's `ip` to be loopback, or the address of the pack's or else of the stack's configuration."""
    view = container(args.props)
    chosen = str(args.get_config().get("bindAddress") or stack_config().bind_address)
    if view.publish_all_ports is True:
        yield "every port of the image is published on every host address"
    for port in view.ports:
        if isinstance(port.ip, Unknown):
            continue
        address = port.ip or "0.0.0.0"  # noqa: S104 (what the engine makes of no address, not something we bind)
        if address not in _spellings(chosen) and not _is_loopback(address):
            yield f"port {port.label} is published on {address}; the stack allows {chosen}"


def _spellings(address: str) -> set[str]:
    """Return an address as it is written, and as the program and the engine write it (IPv6 has many ways)."""
    try:
        return {address, str(ipaddress.ip_address(address))}
    except ValueError:
        return {address}


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


POLICY = resource_policy(
    name="container-publishes-on-chosen-address",
    description="Published ports bind to the loopback address unless the stack chooses another.",
    remedy="set ip on the port, or choose an address with bindAddress under planewatch:docker in the stack file",
    types=(CONTAINER,),
    check=check,
    config_schema=PolicyConfigSchema(
        properties={"bindAddress": {"type": "string", "description": "Host address allowed besides loopback."}}
    ),
)
