"""What a component may be called: its name becomes part of host names, networks and namespaces."""

import re
from collections.abc import Iterable

from config import patterns

_LONGEST = 20


def require_label(name: str, what: str) -> None:
    """Refuse a ``name`` that fits into no host name; raises ValueError that begins with ``what``."""
    if len(name) > _LONGEST or re.fullmatch(patterns.DNS_LABEL, name) is None:
        raise ValueError(
            f"{what} must be at most {_LONGEST} lower-case letters, digits and hyphens, starting with a letter "
            f"(got {name!r})"
        )


def require_distinct(names: Iterable[str], what: str) -> None:
    """Refuse ``names`` that repeat: resources are named after them; raises ValueError that begins with ``what``."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ValueError(f"{what} must be listed once each (got {name!r} twice)")
        seen.add(name)
