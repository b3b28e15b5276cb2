"""No process in a container gains privileges, and the platform's confinement stays on."""

from policies.judging import Findings, container_policy
from policies.processes import Process


def check(process: Process) -> Findings:
    """Want new privileges refused, and no setting that turns a confinement off.

    On Docker that is `no-new-privileges` in `securityOpts`; in a pod `allowPrivilegeEscalation: false` and a seccomp
    profile, which a cluster does not set by itself.
    """
    if process.no_new_privileges in (None, False):
        yield "gaining new privileges is not refused (no-new-privileges is not set)"
    if process.unconfined:
        yield f"settings turn a confinement off: {', '.join(process.unconfined)}"


POLICY = container_policy(
    name="container-gains-no-privileges",
    description="No process in a container gains privileges, and the platform's confinement stays on.",
    remedy="set securityOpts to exactly [no-new-privileges:true]; in a pod allowPrivilegeEscalation: false and the "
    "seccomp profile RuntimeDefault",
    check=check,
    running_only=True,
)
