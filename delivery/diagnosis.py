"""Read the CLI's errors from its event log, and explain what to do about them."""

import json
from collections.abc import Iterator
from pathlib import Path

from delivery.aws.account import Account
from delivery.aws.refusals import Refusal, explain

# What plugins and the engine say, and what the program prints when it gives up.
_ERRORS = ("error", "info#err")


def read(log: Path) -> Iterator[Refusal]:
    """Read the errors from an event log (one JSON object per line), word for word; none when there is no log."""
    if not log.exists():
        return
    with log.open() as lines:
        for line in lines:
            # Thousands of lines are about resources that are well.
            event = json.loads(line).get("diagnosticEvent") if '"diagnosticEvent"' in line else None
            if event and event["severity"] in _ERRORS:
                yield Refusal(message=" ".join(event["message"].split()), kind=_kind(event.get("urn") or ""))


def advice(log: Path, account: Account | None) -> list[str]:
    """Return what to do, once for each kind of refusal; empty for errors that explain themselves."""
    if account is None:
        return []
    # What one refusal means may be told of hundreds of resources.
    found = dict.fromkeys(explain(refusal, account) for refusal in read(log))
    return [said for said in found if said]


def _kind(urn: str) -> str:
    """Return the type token of a URN (``urn:pulumi:<stack>::<project>::<parent types>$<type>::<name>``)."""
    parts = urn.split("::")
    return parts[2].rpartition("$")[2] if len(parts) > 2 else ""  # noqa: PLR2004  the third is the type
