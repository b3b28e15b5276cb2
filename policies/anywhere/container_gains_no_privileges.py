"""No process in a container gains privileges, and the platform's confinement stays on."""

from policies.processes import Process
from policies.resource_policies import Findings, container_policy


def check(process: Process) -> Findings:
    """Require new privileges refused, and no setting that turns a confinement off.

    On Docker that is `no-new-privileges` in `securityOpts`; in a pod `allowPrivilegeEscalation: false` and a seccomp
    profile, which a cluster does not set by itself.
    """
    if process.no_new_privileges in (None, False):
        yield "processes can gain privileges (no-new-privileges is not set)"
    if process.unconfined:
        yield f"confinement is turned off: {', '.join(process.unconfined)}"


POLICY = container_policy(
    name="container-gains-no-privileges",
    description="No process in a container gains privileges, and the platform's confinement stays on.",
    remedy="set securityOpts to exactly [no-new-privileges:true]; in a pod allowPrivilegeEscalation: false and the "
    "seccomp profile RuntimeDefault",
    check=check,
    running_only=True,
)
