"""How `up` deploys: look at what is live, preview, and update only where something would change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from delivery import fingerprint, live, recorded
from delivery.engine import Engine
from delivery.errors import CommandError
from delivery.fingerprint import Fingerprint
from delivery.live import Difference, Seen, UnreachableError
from delivery.notes import note, say
from toolchain.obtain.cache import Cache
from toolchain.obtain.checkout import Checkout

# Packages whose plugin is quick at reading everything again, for where the look at what is live may not see it all.
_REFRESHED = frozenset({"kubernetes"})
# Of these the program asks nothing while it runs, so that equal ingredients give an equal result.
_UNASKED = frozenset({"docker"})
_FEW = 10


@dataclass(frozen=True, kw_only=True)
class Unchanged:
    """Nothing that decides the result has changed since the last complete `up`, and everything live is healthy."""

    outputs: str


def unchanged(engine: Engine) -> Unchanged | None:
    """Return the outputs if there is nothing to deploy, found out without the engine; None if it is needed.

    Says which ingredient changed since the last complete `up`, or what is live and differs.
    """
    earlier = fingerprint.recall(engine.workspace)
    if earlier is None:
        return None
    state = engine.state()
    if changed := take(engine).with_state(state).changed(earlier):
        note(f"changed since the last complete `up`: {', '.join(changed)}")
        return None
    outputs = recorded.outputs(state)
    if outputs is None or not look(state, engine.environment()).is_well:
        return None
    return Unchanged(outputs=outputs)


def take(engine: Engine) -> Fingerprint:
    """Return the fingerprint of everything but the recorded state."""
    environ = engine.environment()
    return fingerprint.take(engine.workspace, Checkout(Cache.of(environ), engine.workspace.root), environ)


def look(state: str, environ: Mapping[str, str]) -> Seen:
    """Compare an exported state (JSON) with what is live and report differences; raises `CommandError`."""
    try:
        seen = live.look(recorded.resources(state), environ)
    except UnreachableError as error:
        raise CommandError(
            str(error), remedy="start it or set DOCKER_HOST; `planewatch doctor` shows what was found"
        ) from error
    for difference in seen.differences[:_FEW]:
        say(f"differs from the state: {difference}")
    if (more := len(seen.differences) - _FEW) > 0:
        say(f"differs from the state: {more} more differences")
    for remark in seen.remarks:
        note(f"not everything that is live was looked at: {remark}")
    return seen


def deploy(engine: Engine) -> int:
    """Deploy the stack, checked against the policies; returns an exit code, not 0 when something live is unhealthy.

    What is live and differs from the state is read again and put right. Nothing is updated where nothing would change.
    """
    fingerprint.forget(engine.workspace)
    taken = take(engine)
    if code := engine.recover():
        return code
    state, environ = engine.state(), engine.environment()
    seen = look(state, environ)
    if read := [difference.urn for difference in seen.differences if not difference.replace]:
        if code := engine.refresh(read):
            return code
        state = engine.state()
    code = _update(engine, state, seen)
    if code:
        return code
    state = engine.state()
    if seen.differences:
        seen = look(state, environ)
    if seen.is_well and recorded.packages(recorded.resources(state)) <= _UNASKED:
        fingerprint.remember(engine.workspace, taken.with_state(state))
    return 1 if seen.differences else 0


def _update(engine: Engine, state: str, seen: Seen) -> int:
    replace = _replaced(seen.differences)
    refresh = bool(seen.unseen) and seen.unseen <= _REFRESHED
    previewed = engine.previewed(state, replace=replace, refresh=refresh)
    if previewed.planned is None:
        return previewed.code
    if not previewed.planned.changes:
        say("No changes: nothing to update.")
        return 0
    return engine.update(previewed.planned, replace=replace, refresh=refresh)


def _replaced(differences: Iterable[Difference]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(difference.urn for difference in differences if difference.replace))
