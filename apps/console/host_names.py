"""Which host names lead to the console: others may be a page elsewhere that made its own name resolve to it.

A browser takes such a page for the console's own and lets it read everything (DNS rebinding). An address in place of a
name cannot be made to lead elsewhere, so probes by address always get through.
"""

import ipaddress
from collections.abc import Collection
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from apps.console.problems import ProblemError, respond

# No name server is asked for it.
_THIS_MACHINE = "localhost"
_SHOWN = 100


class HostNames:
    """Answers 421 to a request whose Host is neither an address, nor `localhost`, nor one of `names`."""

    def __init__(self, app: ASGIApp, names: Collection[str] = ()) -> None:
        self._app = app
        self._names = frozenset({_THIS_MACHINE, *(name.lower() for name in names)})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI event stream."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).getlist("host")
        if given and all(map(self._is_known, given)):
            await self._app(scope, receive, send)
            return
        error = ProblemError(
            HTTPStatus.MISDIRECTED_REQUEST,
            f"{', '.join(given)[:_SHOWN]!r} is no host name of this console; use its address, or add the name to"
            " controlPlane.hostNames in the stack file",
        )
        await respond(error, scope["path"])(scope, receive, send)

    def _is_known(self, host: str) -> bool:
        name = name_of(host)
        return name in self._names or _is_address(name)


def name_of(host: str) -> str:
    """Return the name or address in a Host header: in lower case, without port, brackets and the final dot."""
    if host.startswith("["):
        address, bracket, rest = host[1:].partition("]")
        return address if bracket and (not rest or _is_port(rest)) and ":" in address else ""
    name, colon, port = host.partition(":")
    return name.lower().removesuffix(".") if not colon or _is_port(f":{port}") else ""


def _is_port(text: str) -> bool:
    # The colon may stand alone: the port of the scheme.
    return text.startswith(":") and (text == ":" or (text[1:].isascii() and text[1:].isdigit()))


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
