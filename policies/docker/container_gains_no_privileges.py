"""No process in a container gains privileges, and the engine's confinement stays on."""

from policies.docker_views import Container
from policies.judging import Findings, container_policy
from policies.reading import has_unknown, known

_ON = {"no-new-privileges", "no-new-privileges:true", "no-new-privileges=true"}
_LOOSENED = {"seccomp:unconfined", "apparmor:unconfined", "systempaths:unconfined", "label:disable"}


def check(container: Container) -> Findings:
    """Want `no-new-privileges` in `securityOpts`, and no option there that turns a confinement off."""
    options = known(container.security_opts)
    if not _ON.intersection(options) and not has_unknown(container.security_opts):
        yield "no-new-privileges is not set"
    if loosened := sorted(o for o in options if o.replace("=", ":", 1) in _LOOSENED):
        yield f"securityOpts turn a confinement off: {', '.join(loosened)}"


POLICY = container_policy(
    name="container-gains-no-privileges",
    description="No process in a container gains privileges, and the engine's confinement stays on.",
    remedy="set securityOpts to exactly [no-new-privileges:true]",
    check=check,
    running_only=True,
)
