"""What every resource type offers to the server."""

from dataclasses import dataclass
from typing import Protocol

from toolchain.standins.docker.engine import Engine
from toolchain.standins.docker.schema import Kind, ResourceType
from toolchain.standins.servicer.values import DEFAULTS, UNKNOWN, Props, Value, is_empty

META = "__meta"


@dataclass(frozen=True)
class Live:
    """A resource as it is: its id and its outputs."""

    id: str
    outputs: Props


class Handler(Protocol):
    """One resource type's way to the container engine. Each raises RefusedError."""

    @property
    def kind(self) -> ResourceType:
        """Its property table."""
        ...

    def create(self, engine: Engine, name: str, inputs: Props, seconds: float) -> Live:
        """Create it within so many seconds (0: however long it takes); on failure nothing of it is left."""
        ...

    def read(self, engine: Engine, identity: str, state: Props) -> Live | None:
        """Read it; None when it is gone. `state` is empty on import."""
        ...

    def update(self, engine: Engine, identity: str, state: Props, inputs: Props) -> Live:
        """Apply what can change in place."""
        ...

    def delete(self, engine: Engine, identity: str, state: Props) -> None:
        """Remove it; fine when it is gone already."""
        ...


def blanks(kind: ResourceType) -> Props:
    """Return what the official plugin records of sets that neither program nor engine fills: empty ones.

    Without them in a state it takes them for still to be computed, and replaces the resource.
    """
    return {prop.name: [] for prop in kind.props if prop.kind is Kind.SET and prop.computed}


def planned(kind: ResourceType, inputs: Props) -> Props:
    """Return the outputs as far as inputs and defaults tell."""
    outputs: Props = {prop.name: prop.default for prop in kind.props if prop.default is not None}
    outputs |= {name: _without_defaults(value) for name, value in inputs.items() if not name.startswith("__")}
    return outputs | ({META: kind.meta} if kind.meta else {})


def previewed(kind: ResourceType, inputs: Props) -> Props:
    """Return the outputs of a resource that does not exist yet: unknown where the container engine decides."""
    unknown: Props = {prop.name: UNKNOWN for prop in kind.props if prop.computed or prop.output_only}
    return unknown | planned(kind, inputs)


def inputs_after_read(kind: ResourceType, inputs: Props, outputs: Props) -> Props:
    """Return the inputs that describe the live resource: one stays as written while the live value is what it wants.

    Without inputs (import) every settable value that is not empty counts.
    """
    from toolchain.standins.docker.diff import covers  # noqa: PLC0415 - both know the tables, neither knows the other

    listed = inputs.get(DEFAULTS)
    defaults = listed if isinstance(listed, list) else []
    result: Props = {}
    for prop in kind.props:
        live, wanted = outputs.get(prop.name), inputs.get(prop.name)
        if prop.output_only or (inputs and prop.name not in inputs):
            continue
        if inputs and covers(prop, live, wanted):
            result[prop.name] = wanted
        elif not is_empty(live) or (inputs and live is not None):
            result[prop.name] = _with_defaults(live)
            # A default that the live resource lost is none any more: the next check applies it afresh.
            defaults = [name for name in defaults if name != prop.name]
    return result | {DEFAULTS: defaults}


def _without_defaults(value: Value) -> Value:
    if isinstance(value, dict):
        return {key: _without_defaults(entry) for key, entry in value.items() if key != DEFAULTS}
    return [_without_defaults(entry) for entry in value] if isinstance(value, list) else value


def _with_defaults(value: Value) -> Value:
    """Copy a live value as an input: nested objects list no defaults and have no empty members."""
    if isinstance(value, list):
        return [
            {**{k: v for k, v in entry.items() if not is_empty(v)}, DEFAULTS: []} if isinstance(entry, dict) else entry
            for entry in value
        ]
    return value
