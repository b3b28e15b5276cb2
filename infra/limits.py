"""What the settings say of a service's limits, as components take it."""

from components.resources import Requests, Resources
from config.resources import Limited
from config.workloads import WorkloadSettings


def limited(said: Limited | WorkloadSettings) -> Resources:
    """Return the limits of a service, and what a cluster reserves for it."""
    requests = Requests(memory_mib=said.requests.memory_mib, cpus=said.requests.cpus)
    return Resources(memory_mib=said.memory_mib, cpus=said.cpus, requests=requests)
