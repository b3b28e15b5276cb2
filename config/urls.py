"""Addresses that something will be sent to: what is wrong with one, in words that repeat nothing of it."""

import re
from ipaddress import IPv6Address
from urllib.parse import urlsplit

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?\.?")
# What no URL holds: spaces, control characters, and a percent sign without two digits.
_UNFIT = re.compile(r"[\s\x00-\x1f\x7f\"<>\\^`{|}]|%(?![0-9A-Fa-f]{2})")


def url_fault(url: str, *schemes: str) -> str | None:
    """Return what is wrong with a URL that must have one of ``schemes`` and a host ("has no host"); None if nothing."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "cannot be parsed"
    if parts.scheme not in schemes:
        return f"does not start with {' or '.join(f'{scheme}://' for scheme in schemes)}"
    if not host:
        return "has no host"
    if port == 0 or not _is_host(host):
        return "has a host or port that cannot be connected to"
    return "holds spaces or characters that a URL must escape" if _UNFIT.search(url) else None


def _is_host(host: str) -> bool:
    if ":" not in host:
        return _HOST.fullmatch(host) is not None
    try:
        IPv6Address(host)
    except ValueError:
        return False
    return True
