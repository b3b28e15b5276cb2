"""Kubernetes objects as plain values: what they are, what they are called, which shape they share."""

from dataclasses import dataclass

from toolchain.standins.servicer.answering import RefusedError
from toolchain.standins.servicer.urn import token_of
from toolchain.standins.servicer.values import Props, Value, child, text

# Python and other SDKs cannot spell these keys of CRD schemas with dashes; on the wire and in the state they have
# underscores, as with the official plugin.
_DASHED = {
    name.replace("-", "_"): name
    for name in (
        "x-kubernetes-embedded-resource",
        "x-kubernetes-int-or-string",
        "x-kubernetes-list-map-keys",
        "x-kubernetes-list-type",
        "x-kubernetes-map-type",
        "x-kubernetes-preserve-unknown-fields",
        "x-kubernetes-validations",
    )
}
_UNDERSCORED = {dashed: name for name, dashed in _DASHED.items()}


@dataclass(frozen=True)
class Kind:
    """A group (empty for the core), version and kind."""

    group: str
    version: str
    kind: str

    @property
    def api_version(self) -> str:
        """The `apiVersion` of such objects."""
        return f"{self.group}/{self.version}" if self.group else self.version

    def __str__(self) -> str:
        return f"{self.api_version}/{self.kind}"


def kind_of_token(urn: str) -> Kind:
    """Read group, version and kind from a resource's type token; RefusedError for what is no Kubernetes object."""
    token = token_of(urn)
    parts = token.split(":")
    group, slash, version = parts[1].rpartition("/") if len(parts) == 3 else ("", "", "")  # noqa: PLR2004 - a token
    kind = parts[-1]
    if not slash or group in ("helm.sh", "yaml", "kustomize"):
        raise RefusedError(
            f"the stand-in kubernetes plugin does not support {token}: it creates Kubernetes objects only, no Helm "
            "charts, "
            "YAML files or Kustomize folders; the official plugin does"
        )
    if kind.endswith("List") and kind != "List":
        raise RefusedError(f"{token} is a list, which cannot be created; create its items")
    return Kind("" if group == "core" else group, version, kind)


def kind_of(obj: Props) -> Kind:
    """Read the kind an object says it is."""
    group, _, version = text(obj, "apiVersion").rpartition("/")
    return Kind("" if group == "core" else group, version, text(obj, "kind"))


def name_of(obj: Props) -> str:
    """Return `metadata.name`, or ""."""
    return text(child(obj, "metadata"), "name")


def namespace_of(obj: Props) -> str:
    """Return `metadata.namespace`, or ""."""
    return text(child(obj, "metadata"), "namespace")


def annotation(obj: Props, name: str) -> str:
    """Return an annotation, or ""."""
    return text(child(child(obj, "metadata"), "annotations"), name)


def identity(obj: Props) -> str:
    """Return the id of a resource: `namespace/name`, or the name alone."""
    namespace = namespace_of(obj)
    return f"{namespace}/{name_of(obj)}" if namespace else name_of(obj)


def parse_identity(identity_text: str) -> tuple[str, str]:
    """Return namespace and name of a resource's id."""
    namespace, _, name = identity_text.rpartition("/")
    return namespace, name


def title(obj: Props) -> str:
    """Return the object's name as messages call it: `Deployment plane/api`."""
    return f"{text(obj, 'kind')} {identity(obj)}"


def with_dashes(value: Value) -> Value:
    """Copy with the keys as the API server spells them."""
    return _renamed(value, _DASHED)


def with_underscores(value: Value) -> Value:
    """Copy with the keys as SDKs spell them."""
    return _renamed(value, _UNDERSCORED)


def _renamed(value: Value, names: dict[str, str]) -> Value:
    if isinstance(value, dict):
        return {names.get(key, key): _renamed(entry, names) for key, entry in value.items()}
    return [_renamed(entry, names) for entry in value] if isinstance(value, list) else value


def prune(source: Value, shape: Value) -> Value:
    """Copy of `source` with only what `shape` has too; where the two differ in type, `source` as it is.

    List items are paired by their `name` when every item of the shape has one of its own, else by position.
    """
    if isinstance(source, dict) and isinstance(shape, dict):
        return {key: prune(value, shape[key]) for key, value in source.items() if key in shape}
    if isinstance(source, list) and isinstance(shape, list):
        if source and shape and type(source[0]) is not type(shape[0]):
            return source
        return [prune(value, wanted) for value, wanted in _pairs(source, shape)]
    return source


def _pairs(source: list[Value], shape: list[Value]) -> list[tuple[Value, Value]]:
    wanted = _named(shape)
    live = _named(source)
    if len(wanted) == len(shape) and len(live) == len(source):
        return [(live[name], entry) for name, entry in wanted.items() if name in live]
    return list(zip(source, shape, strict=False))


def _named(entries: list[Value]) -> dict[str, Value]:
    return {name: entry for entry in entries if isinstance(entry, dict) and (name := text(entry, "name"))}


def at(value: Value, path: tuple[str | int, ...]) -> Value:
    """Return what is at the path, None when there is nothing."""
    for step in path:
        if isinstance(value, dict) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value
