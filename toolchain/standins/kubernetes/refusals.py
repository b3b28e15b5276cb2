"""The API server's refusals in one line each, with a remedy where there is a usual one."""

import re
from collections.abc import Callable

from toolchain.standins.servicer.values import Props, child, objects, text

CONFLICT, UNAUTHORIZED, INVALID = 409, 401, 422

_FORBIDDEN = re.compile(
    r'User "(?P<user>[^"]*)" cannot (?P<verb>\w+) resource "(?P<resource>[^"]*)" in API group "(?P<group>[^"]*)"'
    r'(?: in the namespace "(?P<namespace>[^"]*)")?(?: at the cluster scope)?'
)
_OTHERS: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (
        r"exceeded quota: ([^,]+), requested: (.+?), used: (.+?), limited: (.+)$",
        lambda m: f"it exceeds the quota {m[1]}: requested {m[2]}, used {m[3]}, limited to {m[4]}",
    ),
    (
        r'violates PodSecurity "([^"]+)": (.+)$',
        lambda m: f"the namespace admits pods of Pod Security level {m[1]} only: {m[2]}",
    ),
    (
        r'namespaces? "([^"]+)" not found',
        lambda m: f"there is no namespace {m[1]}; create it first, or let the resource depend on it",
    ),
    (
        r"unable to create new content in namespace (\S+) because it is being terminated",
        lambda m: f"namespace {m[1]} is being deleted; wait until it is gone",
    ),
)


def explain(code: int, status: Props, doing: str) -> str:
    """Explain in one line what was being done and why it was refused."""
    message = text(status, "message") or f"status {code}"
    forbidden = _FORBIDDEN.search(message)
    if forbidden:
        why = _missing_right(forbidden)
    elif conflicts := field_conflicts(status):
        fields = "; ".join(f"{field} is managed by {manager}" for manager, field in conflicts)
        why = (
            f"another field manager owns fields that this resource sets: {fields}. Leave these fields out, or set the "
            'annotation pulumi.com/patchForce: "true" to take them over'
        )
    elif text(status, "reason") == "AlreadyExists":
        why = (
            "it already exists outside this stack; adopt it with `pulumi import`, choose another name, or set "
            "upsertExistingObjects on the provider to take it over"
        )
    elif code == UNAUTHORIZED:
        why = "the API server does not accept the kubeconfig's user; its token or certificate may have expired"
    else:
        why = _other(code, status, message)
    return f"cannot {doing}: {why}"


def _other(code: int, status: Props, message: str) -> str:
    for pattern, say in _OTHERS:
        found = re.search(pattern, message)
        if found:
            return say(found)
    causes = objects(child(status, "details"), "causes")
    if code == INVALID and causes:
        return "; ".join(f"{text(cause, 'field')}: {text(cause, 'message')}" for cause in causes)
    return " ".join(message.split())


def _missing_right(found: re.Match[str]) -> str:
    group = f" ({found['group']})" if found["group"] else ""
    where = f"in namespace {found['namespace']}" if found["namespace"] else "in the cluster"
    return f"user {found['user']} lacks permission to {found['verb']} {found['resource']}{group} {where} (RBAC)"


def field_conflicts(status: Props) -> list[tuple[str, str]]:
    """List the other field managers and their fields in a refused apply."""
    found = []
    for cause in objects(child(status, "details"), "causes"):
        if text(cause, "reason") == "FieldManagerConflict":
            manager = re.search(r'conflict with "([^"]*)"', text(cause, "message"))
            found.append((manager[1] if manager else text(cause, "message"), text(cause, "field").lstrip(".")))
    return found
