"""Names: generated where the program gives none, and validated before anything is done."""

import re

from toolchain.standins.kubernetes.objects import Kind, annotation
from toolchain.standins.servicer.answering import RefusedError
from toolchain.standins.servicer.autonaming import Autoname, suffix
from toolchain.standins.servicer.values import Props, Value, child, text, text_map

AUTONAMED = "pulumi.com/autonamed"
# As many random hexadecimal digits as the official plugin appends to a name.
DIGITS = 8

_LABEL_VALUE = re.compile(r"^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$")
_SUBDOMAIN = re.compile(r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$")
_LABEL_CHARACTERS, _NAME_CHARACTERS = 63, 253


def unique(prefix: str, seed: bytes = b"") -> str:
    """Return `<prefix>-<8 hex>`, the same for the same seed."""
    return f"{prefix}-{suffix(DIGITS, seed, salt=prefix)}"


def set_name(inputs: Props, olds: Props, naming: Autoname) -> None:
    """Set a generated name in `metadata` unless the program gives one; an old generated name stays."""
    metadata = inputs.setdefault("metadata", {})
    if not isinstance(metadata, dict) or metadata.get("name") not in (None, ""):
        return
    if metadata.get("generateName") is not None:
        raise RefusedError("metadata.generateName does not go with server-side apply; leave the name out instead")
    if annotation(olds, AUTONAMED) == "true":
        name = text(child(olds, "metadata"), "name")
    elif naming.disabled:
        raise RefusedError("metadata.name is missing, and the project's settings turn automatic names off")
    else:
        name = naming.proposed or unique(naming.resource, naming.seed)
    metadata["name"] = name
    annotations = metadata.setdefault("annotations", {})
    if isinstance(annotations, dict):
        annotations[AUTONAMED] = "true"


def autonamed(obj: Props) -> bool:
    """Whether the object's name was generated."""
    return annotation(obj, AUTONAMED) == "true"


def failures(kind: Kind, inputs: Props) -> list[str]:
    """List what the API server would refuse in name, labels and annotations; it says the rest itself in a dry run."""
    metadata = child(inputs, "metadata")
    found: list[str] = []
    name: Value = metadata.get("name")
    # Names of RBAC objects may hold nearly anything (system:node), custom kinds decide themselves.
    if isinstance(name, str) and kind.group != "rbac.authorization.k8s.io":
        if len(name) > _NAME_CHARACTERS or not _SUBDOMAIN.match(name):
            found.append(
                f"metadata.name {name!r} is not a DNS name: lower-case letters, digits, '-' and '.', at most 253 long"
            )
    elif not isinstance(name, str | None) and not hasattr(name, "value"):
        found.append("metadata.name must be text")
    for key, value in text_map(metadata, "labels").items():
        if not _qualified(key):
            found.append(
                f"metadata.labels: {key!r} is not a label name (an optional DNS prefix and at most 63 characters)"
            )
        if isinstance(child(metadata, "labels")[key], str) and (
            len(value) > _LABEL_CHARACTERS or not _LABEL_VALUE.match(value)
        ):
            found.append(
                f'metadata.labels["{key}"]: {value!r} is not a label value: letters, digits, "-", "_" and "." only, '
                "beginning and ending with a letter or digit, at most 63 long"
            )
    found += [
        f"metadata.annotations: {k!r} is not an annotation name"
        for k in child(metadata, "annotations")
        if not _qualified(k)
    ]
    return found


def _qualified(key: str) -> bool:
    prefix, slash, name = key.rpartition("/")
    if slash and (len(prefix) > _NAME_CHARACTERS or not _SUBDOMAIN.match(prefix.lower())):
        return False
    return 0 < len(name) <= _LABEL_CHARACTERS and bool(_LABEL_VALUE.match(name))
