"""Messages for errors in a stack file: the setting, what it must be, the value got. Secrets are never repeated."""

import difflib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails

from config.patterns import WORDS
from config.ports import port_clashes
from config.settings import ControlPlaneSettings, StackSettings

_LONGEST_VALUE = 60
_LONGEST_LABEL = 63
_MAPPING = "a mapping (`key: value` lines)"
_TYPES = {
    "bool_type": "true or false",
    "dict_type": _MAPPING,
    "finite_number": "a finite number",
    "float_type": "a number",
    "int_type": "an integer",
    "list_type": "a list",
    "ip_any_address": "an IPv4 or IPv6 address",
    "model_type": _MAPPING,
    "string_type": "a string in quotes",
}
# Keys below these are variables of programs, written as the program reads them.
_NAMED = frozenset({"environmentVariables", "secretFiles"})
# user:password in an address, but not the repository:tag before a digest.
_CREDENTIALS = re.compile(r"[^\s/\"]*:[^\s/\"]*@(?!sha256:)")
_LIMITS = {"greater_than": "gt", "greater_than_equal": "ge", "less_than": "lt", "less_than_equal": "le"}
_SIGNS = {"gt": ">", "ge": "≥", "lt": "<", "le": "≤"}


def describe(detail: ErrorDetails, *, project: str) -> str:
    """Return one validation error as a line."""
    # Escaped: a key or value with line ends or control characters stays one plain line.
    path = [json.dumps(str(part))[1:-1][:_LONGEST_VALUE] for part in detail["loc"] if not _is_mark(part)]
    if path and detail["input"] is None and path[-1].islower() and _NAMED.isdisjoint(path):
        # For a setting that was left out, Pydantic gives the field's name instead of the file's.
        path[-1] = to_camel(path[-1])
    place, kind, value = f"{project}:{'.'.join(path)}", detail["type"], detail["input"]
    if not path:
        return detail["msg"].removeprefix("Value error, ")
    if kind == "missing":
        return f"{place} is required; add it"
    if kind == "extra_forbidden":
        return f"{place} is not a known setting; {_known(detail['loc'])}"
    if detail["loc"][-1] == "[key]":
        return f"{place}: this name must {_rule(detail)}"
    if kind == "value_error" and isinstance(value, dict):
        # Settings that do not fit together; the error names the values.
        return f"{place}: {detail['ctx']['error']}"
    # An environment variable may hold a secret, although this is the wrong place for one; true and null are none.
    hidden = "environmentVariables" in path and not (value is None or isinstance(value, bool))
    return f"{place} must {_rule(detail)} (got {'[secret]' if hidden else _shown(value)})"


def clashes(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield the ports used twice in a document that has other errors, so that all are reported at once."""
    control, planes = document.get("controlPlane", {}), document.get("dataPlanes", {})
    fields = ControlPlaneSettings.model_fields.items()
    known = {to_camel(name): field.default for name, field in fields if name.endswith("_port")}
    places: list[tuple[str, object]] = []
    if isinstance(control, dict):
        places += [(f"controlPlane.{key}", control.get(key, default)) for key, default in known.items()]
    if isinstance(planes, dict):
        places += [
            (f"dataPlanes.{name}.{key}", plane.get(key))
            for name, plane in planes.items()
            if isinstance(plane, dict)
            for key in ("apiPort", "otlpHttpPort")
        ]
    yield from port_clashes((place, port) for place, port in places if type(port) is int)


def too_long(stack: str, settings: StackSettings) -> Iterator[str]:
    """Yield the workloads whose name ``planewatch-<stack>-<plane>-<role>`` is too long for a DNS label."""
    for plane, said in settings.data_planes.items():
        for role in said.workloads:
            if len(name := f"planewatch-{stack}-{plane}-{role}") > _LONGEST_LABEL:
                yield (
                    f"workload {role} of plane {plane}: its full name {name} must be ≤ {_LONGEST_LABEL} characters "
                    f"(got {len(name)}); shorten the name of the stack, the plane or the workload"
                )


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name that an unknown ``name`` probably means, else all that are known, in words."""
    names = list(known)
    close = difflib.get_close_matches(name, names, n=1)
    return f"did you mean {close[0]}?" if close else f"known: {', '.join(names)}"


def _rule(detail: ErrorDetails) -> str:
    """Return what the value must do: the words after "must"."""
    kind, context = detail["type"], detail.get("ctx", {})
    match kind:
        case "string_pattern_mismatch":
            rule = f"be {WORDS[context['pattern']]}"
        case "string_too_long":
            rule = f"have ≤ {context['max_length']} characters"
        case "string_too_short":
            rule = "not be empty" if context["min_length"] == 1 else f"have ≥ {context['min_length']} characters"
        case "too_short":
            rule = (
                "have at least one entry" if context["min_length"] == 1 else f"have ≥ {context['min_length']} entries"
            )
        case "too_long":
            rule = f"have ≤ {context['max_length']} entries"
        case "literal_error":
            rule = f"be {str(context['expected']).replace(chr(39), '')}"
        case "value_error":
            # Our own validators complete the sentence.
            rule = str(context["error"])
        case _ if kind in _LIMITS:
            limit = _LIMITS[kind]
            rule = f"be {_SIGNS[limit]} {_number(context[limit])}"
        case _ if kind in _TYPES:
            rule = f"be {_TYPES[kind]}"
        case _:
            rule = detail["msg"].removeprefix("Input should ")
    return rule


def _number(limit: float) -> str:
    """Return a limit as the reference writes it: digits in groups where there are more than a port has."""
    return f"{limit:,}" if limit >= _GROUPED else f"{limit:g}"


_GROUPED = 100_000


def _shown(value: object) -> str:
    text = _CREDENTIALS.sub("[secret]@", json.dumps(value, default=str))
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"


def _known(place: tuple[int | str, ...]) -> str:
    """Return which setting the unknown one at ``place`` probably means, else those that its parent has."""
    model: Any = StackSettings
    for part in place[:-1]:
        model = model if _is_mark(part) else _below(model, part)
    known = [name for choice in _alternatives(model) if issubclass(choice, BaseModel) for name in _settings(choice)]
    return nearest(str(place[-1]), known)


def _below(annotation: Any, part: int | str) -> Any:  # noqa: ANN401  whatever a field may be annotated with
    for choice in _alternatives(annotation):
        if get_origin(choice) in (dict, list):
            return get_args(choice)[-1]
        if isinstance(choice, type) and issubclass(choice, BaseModel) and str(part) in _settings(choice):
            return _settings(choice)[str(part)]
    raise KeyError(part)


def _alternatives(annotation: Any) -> tuple[Any, ...]:  # noqa: ANN401  as above
    if get_origin(annotation) is Annotated:
        return _alternatives(get_args(annotation)[0])
    if get_origin(annotation) not in (Union, UnionType):
        return (annotation,)
    return tuple(each for choice in get_args(annotation) if choice is not type(None) for each in _alternatives(choice))


def _is_mark(part: int | str) -> bool:
    """Return whether part of a place is a mark instead of a key: ``[key]``, or the alternative that was tried."""
    return str(part).startswith("[")


def _settings(model: type[BaseModel]) -> dict[str, Any]:
    return {to_camel(name): field.annotation for name, field in model.model_fields.items()}
