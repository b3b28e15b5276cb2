"""Read the CLI's errors from its event log, and explain what to do about them."""

import json
from collections.abc import Iterator, Mapping
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
                urn = event.get("urn") or ""
                message = " ".join(event["message"].split())
                yield Refusal(message=message, kind=_kind(urn), name=urn.rpartition("::")[2])


def advice(log: Path, account: Account | None) -> list[str]:
    """Return what to do, once for each kind of refusal; empty for errors that explain themselves."""
    if account is None:
        return []
    # What one refusal means may be told of hundreds of resources.
    found = dict.fromkeys(explain(refusal, account) for refusal in read(log))
    return [said for said in found if said]


def of_containers(log: Path, stack: str, environ: Mapping[str, str]) -> list[str]:
    """Return how the containers of ``stack`` ended that the log has errors about, with their last log lines."""
    found = [refusal for refusal in read(log) if refusal.kind.startswith("docker:")]
    if not found:
        return []
    from delivery.last_words import last_words  # noqa: PLC0415  brings Docker's client along, 0.3 s

    return last_words(found, stack, environ)


def _kind(urn: str) -> str:
    """Return the type token of a URN (``urn:pulumi:<stack>::<project>::<parent types>$<type>::<name>``)."""
    parts = urn.split("::")
    return parts[2].rpartition("$")[2] if len(parts) > 2 else ""  # noqa: PLR2004  the third is the type
