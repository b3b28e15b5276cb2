"""What wraps every request: the rate limit of the API, and the headers that confine the page."""

import ipaddress
import math
import time
from http import HTTPStatus

import limits
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from apps.console.problems import ProblemError, respond

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_APIS = ("/api/", "/prometheus/")


class SecurityHeaders:
    """Adds the security headers to every response, and `no-store` to the API's.

    Browsers that came by TLS come by nothing else for `hsts_seconds`; 0 says nothing of that.
    """

    def __init__(self, app: ASGIApp, hsts_seconds: int = 0) -> None:
        self._app = app
        # Without includeSubDomains: what lies below the console's name is not the console's.
        hsts = {"Strict-Transport-Security": f"max-age={hsts_seconds}"} if hsts_seconds else {}
        self._headers = {**SECURITY_HEADERS, **hsts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI event stream."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers[name] = value
                if scope["path"].startswith(_APIS):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self._app(scope, receive, send_with_headers)


class RateLimit:
    """Answers 429 with Retry-After to a client address that asks the API more often than `rate` allows.

    `proxies` is how many stand in front, each of which adds the address that called it to X-Forwarded-For.
    """

    def __init__(self, app: ASGIApp, rate: str, proxies: int = 0) -> None:
        self._app = app
        self._proxies = proxies
        self._limit = limits.parse(rate)
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI event stream."""
        if scope["type"] != "http" or not scope["path"].startswith(_APIS):
            await self._app(scope, receive, send)
            return
        client = client_key(scope, self._proxies)
        if self._limiter.hit(self._limit, client):
            await self._app(scope, receive, send)
            return
        reset = self._limiter.get_window_stats(self._limit, client).reset_time
        wait = max(1, math.ceil(reset - time.time()))
        error = ProblemError(
            HTTPStatus.TOO_MANY_REQUESTS,
            f"more than {self._limit} from this address; try again in {wait} s",
            headers={"Retry-After": str(wait)},
        )
        await respond(error, scope["path"])(scope, receive, send)


def client_key(scope: Scope, proxies: int = 0) -> str:
    """Return the client's address; of IPv6 the /64, which one household or host has all of."""
    host = _forwarded(scope, proxies) or (scope["client"][0] if scope.get("client") else "unknown")
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return str(host)
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((address, 64), strict=False))
    return str(address)


def _forwarded(scope: Scope, proxies: int) -> str:
    """Return the address that the outermost of our proxies was called from, empty where they did not say."""
    if not proxies:
        return ""
    said = ",".join(Headers(scope=scope).getlist("x-forwarded-for"))
    # Counted from the end: what comes before is the client's own word.
    entries = [entry.strip() for entry in said.split(",")]
    return entries[-proxies] if len(entries) >= proxies else ""
