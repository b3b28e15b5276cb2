"""Alertmanager on a cluster: replicas that find one another by the names of their pods."""

from components import roles
from components.alertmanager import addresses as api_addresses
from components.alertmanager import alertmanager
from components.platform import AlertingSpec
from components.workload import Workload
from infra.platforms.kubernetes.naming import Naming, headless
from infra.platforms.kubernetes.scale import Scale

# Two, so that either may be evicted at any time; they tell one another which notifications they sent.
SCALE = Scale.fixed(2)


def workload(spec: AlertingSpec, naming: Naming) -> Workload:
    """Describe the replicas as a workload."""
    return alertmanager(spec, replicas=_hosts(naming))


def addresses(naming: Naming) -> tuple[str, ...]:
    """Return ``host:port`` of the API of each replica."""
    return api_addresses(_hosts(naming))


def _hosts(naming: Naming) -> tuple[str, ...]:
    role, namespace = roles.ALERTMANAGER, naming.namespace(naming.control)
    return tuple(f"{role}-{number}.{headless(role)}.{namespace}.svc" for number in range(SCALE.minimum))
