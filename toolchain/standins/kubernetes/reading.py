"""Read: the live object as state and as inputs, for refresh and import."""

from dataclasses import dataclass

from toolchain.standins.kubernetes.normal import normal
from toolchain.standins.kubernetes.objects import identity, kind_of, kind_of_token, parse_identity, prune
from toolchain.standins.kubernetes.readiness import CHECKED_ON_READ, skipped
from toolchain.standins.kubernetes.state import Stored, field_manager
from toolchain.standins.kubernetes.waiting import Waiter
from toolchain.standins.servicer.answering import RefusedError
from toolchain.standins.servicer.values import Props, child

# Annotations that controllers and other tools keep, no part of what anyone wanted.
_BOOKKEEPING = ("deployment.kubernetes.io/revision", "kubectl.kubernetes.io/last-applied-configuration")


@dataclass(frozen=True)
class ReadBack:
    """An object as it is: `problems` when it is not ready."""

    id: str
    live: Props
    inputs: Props
    manager: str
    problems: tuple[str, ...] = ()


def read_back(waiter: Waiter, urn: str, given: str, stored: Stored, inputs: Props) -> ReadBack | None:
    """Read the object; None when it is gone. Without inputs and state (import) every field counts as an input."""
    namespace, name = parse_identity(given)
    if not name:
        raise RefusedError(
            f"{given!r} is not the id of a Kubernetes object; it is `namespace/name`, or `name` in no namespace"
        )
    kind = kind_of_token(urn)
    wanted: Props = {"apiVersion": kind.api_version, "kind": kind.kind}
    if inputs.get("apiVersion"):
        wanted = {"apiVersion": inputs["apiVersion"], "kind": inputs.get("kind", kind.kind)}
    importing = not inputs and not stored.live
    live = waiter.applier.read(wanted | {"metadata": {"name": name, "namespace": namespace}})
    if live is None:
        return None
    shape = inputs or stored.inputs
    pruned = prune(live, shape) if shape else _as_inputs(live)
    found = pruned if isinstance(pruned, dict) else {}
    problems: tuple[str, ...] = ()
    checked_on_read = (kind_of(live).group, kind_of(live).kind) in CHECKED_ON_READ
    if checked_on_read and not importing and not skipped(shape):
        verdict = waiter.rule(live, shape)
        if not verdict.ready:
            problems = waiter.explain(live, verdict)
    return ReadBack(given or identity(live), live, found, field_manager(found, stored), problems)


def _as_inputs(live: Props) -> Props:
    """Return the whole live object as inputs, without what only the cluster writes."""
    made = normal({key: value for key, value in live.items() if key != "status"})
    metadata = child(made, "metadata")
    if annotations := child(metadata, "annotations"):
        kept = {key: value for key, value in annotations.items() if key not in _BOOKKEEPING}
        metadata["annotations"] = kept
        if not kept:
            del metadata["annotations"]
    return made
