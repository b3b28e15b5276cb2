"""What leaves a zone for outside the cluster's pods leaves from one workload, and only to what that declares."""

from collections.abc import Iterator
from ipaddress import ip_address, ip_network

from policies.cluster_views import NETWORK_POLICY, ClusterStack, ClusterViolation, cluster_policy
from policies.identity import ROLE_LABELS
from policies.label_selectors import Selector
from policies.network_policies import Block, WayOut, network_policy, ways_out
from policies.reading import Maybe
from policies.stack_config import INTERNET, Declared, stack_config

_DNS = frozenset({53})
# Where clouds give the credentials of a node to whoever asks from it.
_METADATA = ("169.254.169.254", "fd00:ec2::254")
# One address of each private range.
_PRIVATE = ("10.0.0.1", "100.64.0.1", "172.16.0.1", "192.168.0.1", "fd00::1")


def check(stack: ClusterStack) -> Iterator[ClusterViolation]:
    """Check each egress rule to addresses; names may be asked for by all."""
    declared = stack_config().egress
    for policy in stack.of(NETWORK_POLICY):
        zone, pods = stack.zones.get(policy.namespace, ""), network_policy(policy.props).pods
        for way in ways_out(policy.props):
            if way.ports_known and way.ports == _DNS:
                continue
            role = _role(pods)
            if role is None:
                yield policy, f"lets pods of more than one workload of zone '{zone}' leave to {_listed(way)}"
            whose = f"'{role}'" if role else "pods"
            for found in _faults(way, declared.get((zone, role or ""))):
                yield policy, f"lets {whose} of zone '{zone}' leave to {found}"


def _role(pods: Maybe[Selector]) -> str | None:
    """Name the one workload that is selected; the empty string while that is not known."""
    if not isinstance(pods, Selector):
        return ""
    names = [one.values for one in pods.requirements if one.key in ROLE_LABELS and one.operator == "In"]
    return names[0][0] if len(names) == 1 and len(names[0]) == 1 else None


def _faults(way: WayOut, declared: Declared | None) -> Iterator[str]:
    """Find what is wrong with a rule; `declared` is None for what the stack file does not name."""
    if way.ports_known and not way.ports:
        yield f"{_listed(way)} at every port"
    for block in way.blocks:
        if any(_admits(block, address) for address in _METADATA):
            yield f"{block.cidr}, where nodes get their credentials"
        if declared is not None:
            undeclared = sorted(port for port in way.ports if not _is_declared(block, port, declared))
            if undeclared:
                yield f"{block.cidr}, port {', '.join(map(str, undeclared))}, which the stack file does not say"


def _is_declared(block: Block, port: int, declared: Declared) -> bool:
    is_internet = _width(block.cidr) == 0 and not any(_admits(block, address) for address in _PRIVATE)
    return (block.cidr, port) in declared or (is_internet and (INTERNET, port) in declared)


def _admits(block: Block, address: str) -> bool:
    return _holds(block.cidr, address) and not any(_holds(cidr, address) for cidr in block.excepted)


def _holds(cidr: str, address: str) -> bool:
    try:
        return ip_address(address) in ip_network(cidr, strict=False)
    except ValueError:
        return False


def _width(cidr: str) -> int | None:
    try:
        return ip_network(cidr, strict=False).prefixlen
    except ValueError:
        return None


def _listed(way: WayOut) -> str:
    return ", ".join(block.cidr for block in way.blocks)


POLICY = cluster_policy(
    name="egress-is-declared",
    description="What leaves a zone by address leaves from one workload, at named ports, and to what that declares.",
    remedy="say it in the workload's egress (alerts.egress for alerts), from which the platform makes the rule",
    check=check,
)
