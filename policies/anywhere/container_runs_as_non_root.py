"""Containers run as a numeric user other than root."""

from policies.processes import Process
from policies.reading import Unknown
from policies.resource_policies import Findings, container_policy


def check(process: Process) -> Findings:
    """Require `user` as "uid" or "uid:gid" with a uid above 0: the engine cannot prove that a name is not root."""
    user = process.user
    if isinstance(user, Unknown):
        return
    if not user:
        yield "no user is set, so the image decides, which may be root"
        return
    uid = user.split(":", 1)[0]
    if not (uid.isascii() and uid.isdigit()):
        yield f"user '{user}' is not numeric, so the image decides what it means"
    elif int(uid) == 0:
        yield f"user '{user}' is root"


POLICY = container_policy(
    name="container-runs-as-non-root",
    description="Containers run as a numeric user other than root.",
    remedy="give the Workload a numeric user such as 65532:65532",
    check=check,
    running_only=True,
)
