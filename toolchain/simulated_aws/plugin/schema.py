"""Properties of the resource types, read from the type hints of the pinned SDK `pulumi_aws`."""

import collections.abc
import importlib
import inspect
import sys
import threading
import typing
import warnings
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from typing import Any

from pulumi import _types


class Kind(Enum):
    """What a property holds."""

    TEXT = "text"
    NUMBER = "a number"
    FLAG = "true or false"
    MAP = "a map"
    LIST = "a list"
    OBJECT = "an object"
    ANY = "anything"


@dataclass(frozen=True)
class Type:
    """A property's type: `of` is a list's or map's element, `fields` an object's members, `required` among them."""

    kind: Kind
    of: "Type | None" = None
    fields: "dict[str, Type]" = field(default_factory=dict)
    required: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ResourceSchema:
    """A resource type's properties as the SDK declares them."""

    inputs: Type
    outputs: dict[str, Type]


_LOADING = threading.RLock()
_SCALARS: dict[object, Kind] = {str: Kind.TEXT, int: Kind.NUMBER, float: Kind.NUMBER, bool: Kind.FLAG}


@cache
def resource_schema(token: str) -> ResourceSchema:
    """Return the properties of `aws:<module>/<file>:<Class>`; raises AttributeError if the SDK has none."""
    # The SDK's packages load themselves when first used, and not safely from several threads.
    with _LOADING, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its files warn of deprecated types while they load
        return _resource_schema(token)


def _resource_schema(token: str) -> ResourceSchema:
    _, path, name = token.split(":")
    resource = getattr(importlib.import_module(f"pulumi_aws.{path.split('/', maxsplit=1)[0]}"), name)
    # From the resource's own file: a nested type of the package may have the same name as its arguments.
    module = sys.modules[resource.__module__]
    arguments = getattr(module, f"{name}InitArgs", None) or getattr(module, f"{name}Args")
    outputs = {key: _type(hint) for key, hint in _types.resource_types(resource).items()}
    return ResourceSchema(_object(arguments), outputs)


@cache
def provider_schema() -> Type:
    """Return the settings of the provider."""
    with _LOADING:
        return _object(importlib.import_module("pulumi_aws").ProviderArgs)


@cache
def _object(declared: type) -> Type:
    hints = _types.input_type_types(declared)
    python = {name: key for key, name in _types.input_type_py_to_pulumi_names(declared).items()}
    parameters = inspect.signature(declared.__init__).parameters  # type: ignore[misc] # only its signature is read
    required = frozenset(
        name
        for name in hints
        if (found := parameters.get(python[name])) is not None and found.default is inspect.Parameter.empty
    )
    return Type(Kind.OBJECT, fields={name: _type(hint) for name, hint in hints.items()}, required=required)


def _type(hint: Any) -> Type:  # noqa: ANN401 - type hints have no common type
    hint = _plain(hint)
    if hint in _SCALARS:
        return Type(_SCALARS[hint])
    origin = typing.get_origin(hint)
    arguments = typing.get_args(hint)
    if origin is collections.abc.Mapping:
        return Type(Kind.MAP, of=_type(arguments[1]))
    if origin is collections.abc.Sequence:
        return Type(Kind.LIST, of=_type(arguments[0]))
    if isinstance(hint, type) and _types.is_input_type(hint):
        return _object(hint)
    if isinstance(hint, type) and _types.is_output_type(hint):
        return Type(Kind.OBJECT, fields={name: _type(entry) for name, entry in _types.output_type_types(hint).items()})
    return Type(Kind.ANY)


def _plain(hint: Any) -> Any:  # noqa: ANN401 - type hints have no common type
    """Extract the type itself from `Input[Optional[T]]`, which is a union with awaitables and outputs."""
    found = _types.unwrap_type(hint)
    if typing.get_origin(found) is not typing.Union:
        return found
    plain = [entry for entry in typing.get_args(found) if _is_plain(entry)]
    # A nested type may also be written as a dictionary; the class beside it has the names.
    classes = [entry for entry in plain if isinstance(entry, type) and _types.is_input_type(entry)]
    # A policy may be text or an object; it is text that AWS takes.
    texts = [entry for entry in plain if entry is str]
    return _types.unwrap_type((texts or classes or plain or [found])[0])


def _is_plain(hint: Any) -> bool:  # noqa: ANN401 - type hints have no common type
    origin = typing.get_origin(hint)
    if hint is type(None) or origin is collections.abc.Awaitable:
        return False
    return getattr(origin or hint, "__name__", "") != "Output"
