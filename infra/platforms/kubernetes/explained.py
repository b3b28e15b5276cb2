"""What a scanner finds fault with and why it stays: entries called EXPLAINED beside the code that causes them."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Explained:
    """A check of checkov that objects fail on purpose; `objects` is a pattern of Kind/name.

    The proof fails when a finding has no entry, and when an entry has no finding any more.
    """

    check: str
    objects: str = "*"
    reason: str
