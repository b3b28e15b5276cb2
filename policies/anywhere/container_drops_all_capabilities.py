"""Containers drop every Linux capability and add none."""

from policies.processes import Process
from policies.reading import has_unknown, known
from policies.resource_policies import Findings, container_policy


def check(process: Process) -> Findings:
    """Require `capabilities.drops` to hold ALL and `capabilities.adds` to be empty."""
    drops = process.capabilities_dropped
    if "ALL" not in {name.upper() for name in known(drops)} and not has_unknown(drops):
        yield "not all capabilities are dropped"
    if added := known(process.capabilities_added):
        yield f"capabilities are added: {', '.join(sorted(added))}"


POLICY = container_policy(
    name="container-drops-all-capabilities",
    description="Containers drop every Linux capability and add none.",
    remedy="set capabilities to drops: [ALL] without adds; listen on a port above 1023 instead of adding one",
    check=check,
    running_only=True,
)
