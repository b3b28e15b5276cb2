"""Waiting until objects are ready, or gone."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from toolchain.standins.kubernetes import connected, readiness
from toolchain.standins.kubernetes.apply import Applier
from toolchain.standins.kubernetes.client import FORBIDDEN, NOT_FOUND, ApiError
from toolchain.standins.kubernetes.discovery import NoSuchKindError
from toolchain.standins.kubernetes.objects import annotation, kind_of, title
from toolchain.standins.kubernetes.readiness import Verdict, failed
from toolchain.standins.kubernetes.reasons import reasons
from toolchain.standins.servicer.answering import CancelledError, RefusedError
from toolchain.standins.servicer.values import Props, child, objects, text, texts

# What the official plugin gives creations, updates and deletions.
DEFAULT_SECONDS = 600
TIMEOUT = "pulumi.com/timeoutSeconds"
PROPAGATION = "pulumi.com/deletionPropagationPolicy"
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.2, 1.0
# Without waiting these may go in the background, as with the official plugin; others are waited for all the same.
_LEFT_ALONE = frozenset(
    {
        ("", "Namespace"),
        ("", "Pod"),
        ("", "ReplicationController"),
        ("apps", "DaemonSet"),
        ("apps", "Deployment"),
        ("apps", "StatefulSet"),
        ("batch", "Job"),
    }
)


@dataclass(frozen=True)
class Outcome:
    """What the object looks like after waiting, and why it is not ready (nothing when it is)."""

    live: Props
    problems: tuple[str, ...] = ()


def timeout(given: float, inputs: Props) -> float:
    """Return the seconds to wait: the resource's customTimeouts, the annotation's, or ten minutes."""
    annotated = annotation(inputs, TIMEOUT)
    return given or (float(annotated) if annotated.isdigit() else 0) or DEFAULT_SECONDS


@dataclass(frozen=True)
class Waiter:
    """Polls objects until they are as they should be."""

    applier: Applier

    def rule(self, live: Props, inputs: Props) -> Verdict:
        """Judge an object as it is now."""
        kind = kind_of(live)
        if own := connected.own_conditions(inputs):
            return connected.own(live, own)
        if (kind.group, kind.kind) in connected.RULES:
            try:
                return connected.RULES[kind.group, kind.kind](live, self.applier.client)
            except ApiError as error:
                if error.code != FORBIDDEN:
                    raise
                # What the user may not look at cannot be waited for.
                return readiness.READY
        rule = readiness.RULES.get((kind.group, kind.kind))
        return rule(live) if rule else readiness.READY

    def explain(self, live: Props, verdict: Verdict, after: str = "") -> tuple[str, ...]:
        """Explain why it is not ready, in the words of its pods and events too."""
        return (f"{title(live)} is not ready{after}: {verdict.message}", *reasons(live, self.applier.client))

    def until_ready(self, live: Props, inputs: Props, seconds: float) -> Outcome:
        """Wait until the object is ready, has failed for good, or the time is over."""
        if readiness.skipped(inputs):
            return Outcome(live)
        deadline, pause = time.monotonic() + seconds, FIRST_PAUSE_SECONDS
        while True:
            verdict = self.rule(live, inputs)
            if verdict.ready:
                return Outcome(live)
            if verdict.failed:
                return Outcome(live, self.explain(live, verdict))
            if time.monotonic() >= deadline:
                return Outcome(live, self.explain(live, verdict, f" after {seconds:g} s"))
            if self.applier.client.cancelled.wait(min(pause, max(0.0, deadline - time.monotonic()))):
                return Outcome(live, (f"interrupted while waiting for {title(live)}: {verdict.message}",))
            pause = min(pause * 1.5, LONGEST_PAUSE_SECONDS)
            current = self.applier.read(live)
            if current is None:
                return Outcome(live, self.explain(live, failed("it was deleted meanwhile")))
            live = current

    def delete(self, live: Props, inputs: Props, seconds: float) -> None:
        """Delete an object and wait until it is gone; RefusedError names what keeps it."""
        try:
            path = self.applier.discovery.object_path(live)
            policy = annotation(inputs, PROPAGATION).lower()
            policies = {"orphan": "Orphan", "background": "Background"}
            body: Props = {"propagationPolicy": policies.get(policy, "Foreground")}
            self.applier.client.request("DELETE", path, body=body, doing=f"delete {title(live)}")
        except NoSuchKindError:
            return
        except ApiError as error:
            if error.code == NOT_FOUND:
                return
            raise
        kind = kind_of(live)
        if not (readiness.skipped(inputs) and (kind.group, kind.kind) in _LEFT_ALONE):
            self._until_gone(live, seconds, lambda: self.applier.read(live))

    def _until_gone(self, live: Props, seconds: float, read: Callable[[], Props | None]) -> None:
        uid = text(child(live, "metadata"), "uid")
        deadline, pause = time.monotonic() + seconds, FIRST_PAUSE_SECONDS
        while True:
            current = read()
            # Another object of the same name is not the one that was to go.
            if current is None or (uid and text(child(current, "metadata"), "uid") != uid):
                return
            if time.monotonic() >= deadline:
                raise RefusedError(f"{title(live)} is still there {seconds:g} s after it was deleted: {_held(current)}")
            if self.applier.client.cancelled.wait(min(pause, max(0.0, deadline - time.monotonic()))):
                raise CancelledError(f"interrupted while {title(live)} was being deleted; {_held(current)}")
            pause = min(pause * 1.5, LONGEST_PAUSE_SECONDS)


def _held(live: Props) -> str:
    """Explain what keeps a deleted object: finalizers, or what is left in a namespace."""
    left = [
        text(entry, "message")
        for entry in objects(child(live, "status"), "conditions")
        if text(entry, "status") == "True" and text(entry, "type").startswith("Namespace")
    ]
    finalizers = texts(child(live, "metadata"), "finalizers") + texts(child(live, "spec"), "finalizers")
    held = f"its finalizers {', '.join(finalizers)} hold it" if finalizers else "no finalizer blocks it"
    return "; ".join([*left, f"{held}; their owner must remove them"] if finalizers else [*left, held])
