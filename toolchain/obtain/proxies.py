"""Which proxy this machine's variables name, and that nothing on the machine itself is asked through it.

Standard library only, and syntax that an old interpreter still reads: `bootstrap` uses it before anything is installed.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

VARIABLES = ("http_proxy", "https_proxy", "all_proxy")
# Programs read one spelling or the other (gRPC's core the lower one only).
EXCEPTIONS = ("no_proxy", "NO_PROXY")
# As all of them understand it: no network and no brackets.
LOOPBACK = ("localhost", "127.0.0.1", "::1")
ANSWER_SECONDS = 5.0
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Proxy:
    """A proxy that a variable names."""

    variable: str
    url: str

    @property
    def shown(self) -> str:
        """The URL without its login, which may be a token or a password."""
        before, at, after = self.url.rpartition("@")
        scheme, slashes, _ = before.rpartition("://")
        return f"{scheme}{slashes}***@{after}" if at else self.url


def named(environ: Mapping[str, str] = os.environ) -> tuple[Proxy, ...]:
    """Return the proxies that the variables name; of two spellings the lower-case one counts."""
    spellings = ((name, name.upper()) for name in VARIABLES)
    found = (next((name for name in both if environ.get(name)), None) for both in spellings)
    return tuple(Proxy(name, environ[name]) for name in found if name)


def excepted(environ: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """Return what the variables except from going through a proxy, each once."""
    words = (word.strip() for name in EXCEPTIONS for word in environ.get(name, "").split(","))
    return tuple(dict.fromkeys(word for word in words if word))


def with_exceptions(environ: Mapping[str, str], more: Iterable[str] = ()) -> dict[str, str]:
    """Return the variables by which loopback, and ``more``, go through no proxy; none where no proxy is named.

    Every client reads them, and so do the programs that this one starts: gRPC would ask a proxy for 127.0.0.1.
    """
    said = excepted(environ)
    if "*" in said or not named(environ):
        return {}
    return dict.fromkeys(EXCEPTIONS, ",".join(dict.fromkeys([*said, *LOOPBACK, *more])))


def is_here(host: str) -> bool:
    """Return whether the host of a URL is this machine: by name, on its loopback or at an address of its own."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost"
    with socket.socket(socket.AF_INET if address.version == 4 else socket.AF_INET6) as attempt:  # noqa: PLR2004
        try:
            attempt.bind((host, 0))
        except OSError:
            return False
    return True


def fault(proxy: Proxy) -> str:
    """Ask a proxy whether it speaks HTTP, fetching nothing; return what is wrong with it, empty when it answers."""
    import http.client  # noqa: PLC0415  only the doctor asks; every command names

    try:
        parts = urlsplit(proxy.url if "://" in proxy.url else f"http://{proxy.url}")
        host, port = parts.hostname, parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        # Without the error, which repeats part of a password with an unescaped "/".
        return "is no URL: its port must be a number, and its login must be percent-encoded"
    if parts.scheme not in _PORTS or not host:
        return "must be http://host:port or https://host:port"
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(host, port, timeout=ANSWER_SECONDS)
    try:
        # Any answer will do, also a refusal.
        connection.request("OPTIONS", "*")
        connection.getresponse().read()
    except TimeoutError:
        return f"does not answer within {ANSWER_SECONDS:.0f} s"
    except (OSError, http.client.HTTPException) as error:
        return f"does not answer ({getattr(error, 'strerror', None) or error or type(error).__name__})"
    finally:
        connection.close()
    return ""
