"""Who gets the load: named base addresses, on this machine unless somebody insists."""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit


class TargetError(ValueError):
    """An address that is not allowed; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """A data plane's API; `name` is the plane's name where it is known."""

    name: str
    url: str


def make_target(name: str, url: str, *, allow_remote: bool = False) -> Target:
    """Check `url` and make a target of it. Raises TargetError."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}", name):
        raise TargetError(f"target name must be 1 to 63 letters, digits, '.', '_' or '-' (got {name!r})")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise TargetError(f"address of {name} must be http://host:port (got {url!r}: {error})") from None
    if parts.scheme not in {"http", "https"} or not host or parts.query or parts.fragment or port == 0:
        raise TargetError(f"address of {name} must be http://host:port (got {url!r})")
    if not allow_remote and not _is_loopback(host):
        raise TargetError(
            f"address of {name}: {host} is not this machine; add --allow-remote if you are allowed to load it"
        )
    return Target(name=name, url=url.rstrip("/"))


def parse_target(text: str, *, allow_remote: bool = False) -> Target:
    """Read `name=url`. Raises TargetError."""
    name, equals, url = text.partition("=")
    if not equals:
        raise TargetError(f"target must be name=url, such as prod=http://127.0.0.1:8081 (got {text!r})")
    return make_target(name, url, allow_remote=allow_remote)


def _is_loopback(host: str) -> bool:
    # Other names are not looked up: what they mean now may not be what they mean at the first request.
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
