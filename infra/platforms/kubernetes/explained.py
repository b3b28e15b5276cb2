"""Accepted findings of a scanner, each with its reason: entries called EXPLAINED beside the code that causes them."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Explained:
    """A checkov check that objects fail on purpose; `objects` is a pattern of Kind/name.

    The test fails when a finding has no entry, and when an entry no longer has a finding.
    """

    check: str
    objects: str = "*"
    reason: str
