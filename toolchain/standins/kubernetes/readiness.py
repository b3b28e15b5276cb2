"""Whether a live object is ready: one rule per kind, by the object alone."""

from collections.abc import Callable
from dataclasses import dataclass

from toolchain.standins.kubernetes.objects import annotation
from toolchain.standins.servicer.values import Props, child, number, objects, text

SKIP = "pulumi.com/skipAwait"


@dataclass(frozen=True)
class Verdict:
    """`ready`, or not yet, or `failed` for good; `message` says what is missing."""

    ready: bool = False
    failed: bool = False
    message: str = ""


READY = Verdict(ready=True)


def waiting(message: str) -> Verdict:
    """Not ready yet."""
    return Verdict(message=message)


def failed(message: str) -> Verdict:
    """Never ready without a change."""
    return Verdict(failed=True, message=message)


def skipped(inputs: Props) -> bool:
    """Whether the program does not want to wait."""
    return annotation(inputs, SKIP) == "true"


def condition(live: Props, kind: str) -> Props:
    """Return a status condition, empty if missing."""
    return next((c for c in objects(child(live, "status"), "conditions") if text(c, "type") == kind), {})


def is_true(live: Props, kind: str) -> bool:
    """Whether a status condition is true."""
    return text(condition(live, kind), "status") == "True"


def _count(props: Props, name: str, default: int) -> int:
    return number(props, name) if name in props else default


def _seen(live: Props) -> bool:
    """Whether the controller has observed the newest version."""
    return number(child(live, "status"), "observedGeneration") >= number(child(live, "metadata"), "generation")


def deployment(live: Props) -> Verdict:
    """Ready: all replicas are updated and available, the old ones gone."""
    spec, status = child(live, "spec"), child(live, "status")
    if spec.get("paused") is True:
        return READY  # nothing happens until somebody resumes it
    if not _seen(live):
        return waiting("its controller has not observed it yet")
    progressing = condition(live, "Progressing")
    if text(progressing, "reason") == "ProgressDeadlineExceeded":
        return failed(f"the rollout is stuck: {text(progressing, 'message')}")
    wanted = _count(spec, "replicas", 1)
    updated, total = number(status, "updatedReplicas"), number(status, "replicas")
    available = number(status, "availableReplicas")
    if updated < wanted:
        refused = condition(live, "ReplicaFailure")
        why = f": {text(refused, 'message')}" if text(refused, "status") == "True" else ""
        return waiting(f"{updated} of {wanted} replicas are updated{why}")
    if total <= updated and available >= updated:
        return READY
    old = f", {total - updated} old ones are still there" if total > updated else ""
    return waiting(f"{available} of {wanted} replicas are available{old}")


def stateful_set(live: Props) -> Verdict:
    """Ready: all replicas are ready and, unless they are updated by hand or partitioned, of the newest revision."""
    spec, status = child(live, "spec"), child(live, "status")
    if not _seen(live):
        return waiting("its controller has not observed it yet")
    wanted, ready = _count(spec, "replicas", 1), number(status, "readyReplicas")
    strategy = child(spec, "updateStrategy")
    if text(strategy, "type") != "OnDelete":
        kept = number(child(strategy, "rollingUpdate"), "partition")
        updated = number(status, "updatedReplicas")
        if updated < wanted - kept:
            return waiting(f"{updated} of {wanted - kept} replicas are updated, {ready} of {wanted} ready")
        if not kept and text(status, "updateRevision") != text(status, "currentRevision"):
            return waiting(f"the newest revision is not on every replica yet, {ready} of {wanted} ready")
    if ready < wanted:
        return waiting(f"{ready} of {wanted} replicas are ready")
    return READY


def daemon_set(live: Props) -> Verdict:
    """Ready: every node that shall have a pod has an updated, available one."""
    spec, status = child(live, "spec"), child(live, "status")
    if not _seen(live):
        return waiting("its controller has not observed it yet")
    wanted = number(status, "desiredNumberScheduled")
    updated, available = number(status, "updatedNumberScheduled"), number(status, "numberAvailable")
    by_hand = text(child(spec, "updateStrategy"), "type") == "OnDelete"
    if not by_hand and updated < wanted:
        return waiting(f"{updated} of {wanted} pods are updated")
    if available < wanted:
        return waiting(f"{available} of {wanted} pods are available")
    return READY


def replicas(live: Props) -> Verdict:
    """Ready: as many replicas are available as wanted (ReplicaSet, ReplicationController)."""
    wanted, available = _count(child(live, "spec"), "replicas", 1), number(child(live, "status"), "availableReplicas")
    return READY if _seen(live) and available >= wanted else waiting(f"{available} of {wanted} replicas are available")


def pod(live: Props) -> Verdict:
    """Ready: it runs and says so, or has finished well."""
    phase = text(child(live, "status"), "phase")
    if phase == "Succeeded" or is_true(live, "Ready"):
        return READY
    if phase == "Failed":
        return failed(f"it failed: {text(child(live, 'status'), 'message') or text(child(live, 'status'), 'reason')}")
    return waiting(f"its phase is {phase or 'unknown'} and it is not ready")


def job(live: Props) -> Verdict:
    """Ready: it has completed, or is suspended."""
    if is_true(live, "Complete") or child(live, "spec").get("suspend") is True:
        return READY
    if is_true(live, "Failed"):
        ended = condition(live, "Failed")
        return failed(f"the job failed: {text(ended, 'reason')}: {text(ended, 'message')}")
    status = child(live, "status")
    return waiting(f"{number(status, 'succeeded')} completions, {number(status, 'failed')} failed pods")


def volume(live: Props) -> Verdict:
    """Ready: it is available or bound (PersistentVolume)."""
    phase = text(child(live, "status"), "phase")
    return READY if phase in ("Available", "Bound") else waiting(f"its phase is {phase or 'unknown'}")


def namespace(live: Props) -> Verdict:
    """Ready: it is active."""
    phase = text(child(live, "status"), "phase")
    return READY if phase == "Active" else failed(f"it is {phase.lower()}") if phase else waiting("it has no phase yet")


def definition(live: Props) -> Verdict:
    """Ready: it is served (CustomResourceDefinition)."""
    names = condition(live, "NamesAccepted")
    if text(names, "status") == "False":
        return failed(f"its names are not accepted: {text(names, 'message')}")
    return READY if is_true(live, "Established") else waiting("it is not served yet")


def quota(live: Props) -> Verdict:
    """Ready: its controller has taken it up."""
    same = child(child(live, "status"), "hard") == child(child(live, "spec"), "hard")
    return READY if same else waiting("its controller has not accepted it yet")


def secret(live: Props) -> Verdict:
    """Ready: a service account's token is there; other secrets are ready at once."""
    if text(live, "type") == "kubernetes.io/service-account-token" and not child(live, "data"):
        return waiting("it has no token yet; does its service account exist?")
    return READY


def aggregated(live: Props) -> Verdict:
    """Ready: its server answers (APIService)."""
    if is_true(live, "Available"):
        return READY
    return waiting(f"it is not available: {text(condition(live, 'Available'), 'message')}")


RULES: dict[tuple[str, str], Callable[[Props], Verdict]] = {
    ("apps", "Deployment"): deployment,
    ("apps", "StatefulSet"): stateful_set,
    ("apps", "DaemonSet"): daemon_set,
    ("apps", "ReplicaSet"): replicas,
    ("", "ReplicationController"): replicas,
    ("", "Pod"): pod,
    ("batch", "Job"): job,
    ("", "PersistentVolume"): volume,
    ("", "Namespace"): namespace,
    ("apiextensions.k8s.io", "CustomResourceDefinition"): definition,
    ("", "ResourceQuota"): quota,
    ("", "Secret"): secret,
    ("apiregistration.k8s.io", "APIService"): aggregated,
}
# A refresh marks these when they are not ready, so that the next update repairs them; the rest is read as it is.
CHECKED_ON_READ = frozenset(
    {
        ("apps", "Deployment"),
        ("apps", "StatefulSet"),
        ("apps", "DaemonSet"),
        ("", "Pod"),
        ("batch", "Job"),
        ("", "Service"),
        ("networking.k8s.io", "Ingress"),
    }
)
