"""Diff: what a new version of an object's inputs changes, and whether that replaces it."""

from collections.abc import Sequence
from dataclasses import dataclass

from toolchain.standins.kubernetes import managers, readiness
from toolchain.standins.kubernetes.apply import Applier
from toolchain.standins.kubernetes.diff import Difference, differences, parsed, spelled
from toolchain.standins.kubernetes.immutable import Path, immutable_fields, replaces
from toolchain.standins.kubernetes.naming import autonamed
from toolchain.standins.kubernetes.objects import annotation, at, kind_of, name_of, namespace_of
from toolchain.standins.kubernetes.settings import Settings
from toolchain.standins.kubernetes.state import Stored
from toolchain.standins.servicer.answering import RefusedError
from toolchain.standins.servicer.changes import Change
from toolchain.standins.servicer.values import Props, has_unknown

REPLACE_UNREADY = "pulumi.com/replaceUnready"


@dataclass(frozen=True)
class Plan:
    """The changes, and whether a replacement must delete the old object first because both have one name."""

    changes: list[Change]
    delete_first: bool


def plan(applier: Applier, settings: Settings, stored: Stored, news: Props, ignored: Sequence[str]) -> Plan:
    """Compare the inputs behind the state with new ones.

    What may be another spelling only ("1000m" for 1, `false` for absent) is put to the API server in a dry run.
    """
    paths = [parsed(path) for path in ignored]
    found = [d for d in differences(stored.inputs, news) if not any(_covers(path, d.path) for path in paths)]
    found = _real(applier, stored, news, found)
    fields = immutable_fields(
        kind_of(news), news, mutable_config=settings.config_map_mutable, mutable_secret=settings.secret_mutable
    )
    changes = [Change(spelled(d.path), d.how, replaces(d.path, news, fields)) for d in found]
    if _ended_unready(applier, stored, news):
        changes.append(Change(f'metadata.annotations["{REPLACE_UNREADY}"]', "update", replaces=True))
    same_place = name_of(news) == name_of(stored.live) and namespace_of(news) == namespace_of(stored.live)
    return Plan(changes, delete_first=same_place and not autonamed(news))


def _ended_unready(applier: Applier, stored: Stored, news: Props) -> bool:
    """Whether it is a job that is to be replaced as long as it has not completed, as with the official plugin."""
    kind = kind_of(news)
    if (kind.group, kind.kind) != ("batch", "Job") or annotation(news, REPLACE_UNREADY) != "true":
        return False
    try:
        live = applier.read(stored.live)
    except RefusedError:
        return False  # what cannot be asked is as it was
    return live is not None and not readiness.job(live).ready


def _covers(ignored: Path, path: Path) -> bool:
    return len(ignored) <= len(path) and all(want in ("*", step) for want, step in zip(ignored, path, strict=False))


def _real(applier: Applier, stored: Stored, news: Props, found: list[Difference]) -> list[Difference]:
    """Leave out what changes nothing on the server."""
    # Taking a field out changes nothing when the object is not this tool's: it was imported with every default spelled.
    own = managers.applied_here(stored.live, stored.field_manager)
    doubtful = [d for d in found if d.spelling or (d.how == "delete" and not own)]
    if not doubtful or has_unknown(news) or name_of(news) != name_of(stored.live):
        return found
    try:
        after = applier.apply(news, stored.field_manager or "pulumi-kubernetes", force=True, dry_run=True)
    except RefusedError:
        return found  # the update itself will say why
    nothing = [d for d in doubtful if at(after, d.path) == at(stored.live, d.path)]
    return [d for d in found if d not in nothing]
