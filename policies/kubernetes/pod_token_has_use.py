"""A pod has an API server token only if its account has permissions there."""

from collections.abc import Iterator

from policies.cluster_views import ClusterStack, ClusterViolation, cluster_policy
from policies.kubernetes_views import POD_OWNERS, pod
from policies.reading import Unknown, known

_ACCOUNT = "kubernetes:core/v1:ServiceAccount"
_BINDINGS = (
    "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
    "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding",
)


def check(stack: ClusterStack) -> Iterator[ClusterViolation]:
    """Require the token off in the pod, or in its account if the pod does not say, unless a binding names the account.

    A pod of an account that is not the stack's own, such as the namespace's default one, has to turn it off itself.
    """
    off = {
        (account.namespace, account.name)
        for account in stack.of(_ACCOUNT)
        if account.props.flag("automountServiceAccountToken") is False
    }
    bound = {
        (str(subject.text("namespace")), str(subject.text("name")))
        for binding in stack.of(*_BINDINGS)
        for subject in known(binding.props.records("subjects"))
    }
    for owner in stack.of(*POD_OWNERS):
        view = pod(owner.kind, owner.props.raw)
        if view is None or isinstance(view.mounts_token, Unknown) or isinstance(view.service_account, Unknown):
            continue
        account = (owner.namespace, view.service_account or "default")
        mounted = account not in off if view.mounts_token is None else view.mounts_token
        if mounted and account not in bound and stack.complete:
            yield owner, f"has an API server token, but account '{account[1]}' has no permissions there"


POLICY = cluster_policy(
    name="pod-token-has-use",
    description="A pod has an API server token only if its account has permissions there.",
    remedy="set automountServiceAccountToken: false, or bind a Role to the account",
    check=check,
)
