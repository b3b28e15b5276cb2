"""Inputs in the one form in which they are compared, sent and stored."""

import base64

from toolchain.standins.kubernetes.objects import kind_of
from toolchain.standins.servicer.values import Props, Value, child, reveal

# Fields of metadata that only the API server writes.
READ_ONLY = (
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "uid",
)


def normal(inputs: Props) -> Props:
    """Copy of the (revealed) inputs: no read-only metadata, a Secret's text as data, no status of a CRD."""
    made = dict(inputs)
    metadata = made.get("metadata")
    if isinstance(metadata, dict):
        made["metadata"] = {key: value for key, value in metadata.items() if key not in READ_ONLY}
    kind = kind_of(made)
    if (kind.group, kind.kind) == ("", "Secret"):
        _fold_text(made)
    elif kind.kind == "CustomResourceDefinition":
        made.pop("status", None)
    return made


def _fold_text(secret: Props) -> None:
    """Turn `stringData` into `data`, as the API server does; the official plugin stores it so."""
    plain = secret.get("stringData")
    if not isinstance(plain, dict) or not all(isinstance(value, str) for value in plain.values()):
        return  # unknown yet, or wrong: the API server says so
    del secret["stringData"]
    encoded: Props = {key: base64.b64encode(str(value).encode()).decode() for key, value in plain.items()}
    if data := {**child(secret, "data"), **encoded}:
        secret["data"] = data


def revealed(props: Props) -> Props:
    """Copy without secret marks."""
    plain: Value = reveal(props)
    return plain if isinstance(plain, dict) else {}
