"""A container that is never started only carries files."""

from pulumi_policy import ResourceValidationArgs, Severity

from policies.docker_views import CONTAINER, container
from policies.reading import Unknown
from policies.resource_policies import Findings, resource_policy


def check(args: ResourceValidationArgs) -> Findings:
    """Require a carrier without ports, without networks and without a restart policy."""
    view = container(args.props)
    if not view.never_starts:
        args.not_applicable("the container is started")
    if view.ports or view.publish_all_ports is True:
        yield "a container that is never started publishes ports"
    if not isinstance(view.restart, Unknown) and view.restart not in (None, "", "no"):
        yield f"a container that is never started has the restart policy '{view.restart}'"
    if not isinstance(view.networks, Unknown) and view.networks:
        yield "a container that is never started is attached to networks"


POLICY = resource_policy(
    name="carrier-is-inert",
    description="A container that is never started (start: false) only carries files into a volume.",
    remedy="remove ports, networks and restart, or start the container and let the other policies check it",
    types=(CONTAINER,),
    check=check,
    severity=Severity.MEDIUM,
)
