"""What a component may be called: its name becomes part of host names, networks and namespaces."""

import re

from config import patterns

_LONGEST = 20


def require_label(name: str, what: str) -> None:
    """Refuse a ``name`` that fits into no host name; raises ValueError that begins with ``what``."""
    if len(name) > _LONGEST or re.fullmatch(patterns.DNS_LABEL, name) is None:
        raise ValueError(
            f"{what} must be at most {_LONGEST} lower-case letters, digits and hyphens, starting with a letter "
            f"(got {name!r})"
        )
