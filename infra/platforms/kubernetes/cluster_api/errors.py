"""Why an API server cannot be asked, or why it refused; every text is one line for the user."""

import re
from collections.abc import Mapping

from infra.platforms.kubernetes.cluster_api.answers import text

UNAUTHORIZED, FORBIDDEN, NOT_FOUND = 401, 403, 404
_FORBIDDEN = re.compile(
    r'User "(?P<user>[^"]*)" cannot (?P<verb>\w+) resource "(?P<resource>[^"]*)" in API group "(?P<group>[^"]*)"'
    r'(?: in the namespace "(?P<namespace>[^"]*)")?'
)


class ClusterError(Exception):
    """The API server cannot be asked."""


class KubeconfigError(ClusterError):
    """The kubeconfig cannot be read, or does not name a server and a user."""


class UnreachableError(ClusterError):
    """Nobody answers at the server's address, or TLS fails."""


class RefusedError(ClusterError):
    """The API server answered with an error; ``code`` is the HTTP status."""

    def __init__(self, code: int, status: Mapping[str, object], doing: str) -> None:
        super().__init__(f"cannot {doing}: {_explain(code, status)}")
        self.code = code


def _explain(code: int, status: Mapping[str, object]) -> str:
    message = " ".join(text(status, "message").split()) or f"HTTP status {code}"
    if denied := _FORBIDDEN.search(message):
        group = f" ({denied['group']})" if denied["group"] else ""
        where = f" in namespace {denied['namespace']}" if denied["namespace"] else " at cluster scope"
        return f"user {denied['user']} may not {denied['verb']} {denied['resource']}{group}{where} (RBAC)"
    if code == UNAUTHORIZED:
        return "the API server rejected the kubeconfig's credentials; the token or certificate may have expired"
    return message
