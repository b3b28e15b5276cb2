"""Roles name what they grant, and none reads secrets across the cluster."""

from collections.abc import Iterator

from pulumi_policy import ResourceValidationArgs, Severity

from policies.reading import Record, Unknown, known
from policies.resource_policies import Findings, resource_policy

_RBAC = "kubernetes:rbac.authorization.k8s.io/v1"
_ROLE, _CLUSTER_ROLE = f"{_RBAC}:Role", f"{_RBAC}:ClusterRole"
_BINDINGS = (f"{_RBAC}:RoleBinding", f"{_RBAC}:ClusterRoleBinding")
_WIDE_ROLES = ("cluster-admin", "admin", "edit")
# With these a role grants more than it says: other roles, other identities, tokens.
_RAISING = frozenset({"escalate", "bind", "impersonate"})
_READING = frozenset({"get", "list", "watch"})


def check(args: ResourceValidationArgs) -> Findings:
    """Check the rules of roles, and at what bindings refer to."""
    bag = Record(args.props)
    if args.resource_type in _BINDINGS:
        role = bag.record("roleRef")
        name = role.text("name") if isinstance(role, Record) else None
        if isinstance(name, str) and name in _WIDE_ROLES:
            yield f"binds the role '{name}', which grants almost everything"
        return
    for rule in known(bag.records("rules")):
        yield from _wide(rule, whole_cluster=args.resource_type == _CLUSTER_ROLE)


def _wide(rule: Record, *, whole_cluster: bool) -> Iterator[str]:
    verbs = set(known(rule.texts("verbs")))
    resources = known(rule.texts("resources"))
    for key in ("apiGroups", "resources", "verbs", "nonResourceURLs"):
        if "*" in known(rule.texts(key)):
            yield f"grants every one of {key} (*)"
    if raising := sorted(verbs & _RAISING):
        yield f"grants {', '.join(raising)}, with which its holder can gain more permissions"
    names = rule.texts("resourceNames")
    if "secrets" in resources and verbs & _READING and (whole_cluster or not (isinstance(names, Unknown) or names)):
        yield f"reads {'the secrets of every namespace' if whole_cluster else 'every secret of its namespace'}"


POLICY = resource_policy(
    name="role-grants-what-it-names",
    description="Roles name what they grant: no wildcard, no means of escalation, Secrets by name only.",
    remedy="list groups, resources and verbs; name Secrets in a Role (resourceNames)",
    types=(_ROLE, _CLUSTER_ROLE, *_BINDINGS),
    check=check,
    severity=Severity.CRITICAL,
)
