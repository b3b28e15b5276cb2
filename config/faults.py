"""Words for what is wrong in a stack file: place, value, what is wanted. Secrets and long values are not repeated."""

import difflib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails

from config.patterns import WORDS
from config.settings import ControlPlaneSettings, StackSettings, port_clashes

_LONGEST_VALUE = 60
_LONGEST_LABEL = 63
_MAPPING = "a mapping (`key: value` lines)"
_WANTED = {
    "bool_type": "true or false",
    "dict_type": _MAPPING,
    "finite_number": "a finite number",
    "float_type": "a number",
    "int_type": "a whole number",
    "list_type": "a list",
    "ip_any_address": "an IPv4 or IPv6 address",
    "model_type": _MAPPING,
    "string_type": "a text; put it in quotes",
}
# user:password in an address, but not the repository:tag before a digest.
_CREDENTIALS = re.compile(r"[^\s/\"]*:[^\s/\"]*@(?!sha256:)")
_LIMITS = {"greater_than": "gt", "greater_than_equal": "ge", "less_than": "lt", "less_than_equal": "le"}
_WORDS_OF_LIMITS = {"gt": "more than", "ge": "at least", "lt": "less than", "le": "at most"}


def describe(detail: ErrorDetails, *, project: str, secret: bool = False) -> str:
    """Say one fault of validation in a line; with ``secret`` no value is repeated."""
    # Escaped: a key or value with line ends or control characters stays one plain line.
    path = [json.dumps(str(part))[1:-1][:_LONGEST_VALUE] for part in detail["loc"] if not _is_mark(part)]
    if path and detail["input"] is None and path[-1].islower():
        # Of a setting that was left out Pydantic tells the field's name, not the file's.
        path[-1] = to_camel(path[-1])
    place, kind, value = f"{project}:{'.'.join(path)}", detail["type"], detail["input"]
    if not path:
        return detail["msg"].removeprefix("Value error, ")
    if kind == "missing":
        return f"{place} is missing; add it"
    if kind == "extra_forbidden":
        return f"{place} is not a setting; {_known(detail['loc'])}"
    if detail["loc"][-1] == "[key]":
        return f"{place} cannot be named so; wanted {_wanted(detail)}"
    if kind == "value_error" and isinstance(value, dict):
        # What does not fit together; the error names its own values.
        return f"{place}: {detail['ctx']['error']}"
    # A value of an environment variable may be meant as a secret, although it should not stand here.
    hidden = secret or "environmentVariables" in path
    return f"{place} is {'[secret]' if hidden else _shown(value)}; wanted {_wanted(detail)}"


def clashes(document: Mapping[str, Any]) -> Iterator[str]:
    """Find ports given twice in a document that is faulty elsewhere, so that all faults are told at once."""
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
    """Find workloads whose name ``planewatch-<stack>-<plane>-<role>`` is no DNS label: nobody could call them."""
    for plane, said in settings.data_planes.items():
        for role in said.workloads:
            if (length := len(f"planewatch-{stack}-{plane}-{role}")) > _LONGEST_LABEL:
                yield (
                    f"workload {role} of plane {plane} gets a name of {length} characters (with the stack's and the "
                    f"plane's name in it); wanted at most {_LONGEST_LABEL}, so shorten one of the three"
                )


def nearest(name: str, known: Iterable[str]) -> str:
    """Say what may have been meant by an unknown ``name``, else what there is."""
    names = list(known)
    close = difflib.get_close_matches(name, names, n=1)
    return f"did you mean {close[0]}?" if close else f"known are {', '.join(names)}"


def _wanted(detail: ErrorDetails) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    match kind:
        case "string_pattern_mismatch":
            words = WORDS[context["pattern"]]
        case "string_too_long":
            words = f"at most {_counted(context['max_length'], 'character')}"
        case "string_too_short":
            words = f"at least {_counted(context['min_length'], 'character')}"
        case "too_short":
            words = "at least one entry" if context["min_length"] == 1 else f"at least {context['min_length']} entries"
        case "too_long":
            words = f"at most {context['max_length']} entries"
        case "literal_error":
            words = str(context["expected"]).replace("'", "")
        case "value_error":
            words = str(context["error"])
        case _ if kind in _LIMITS:
            limit = _LIMITS[kind]
            words = f"{_WORDS_OF_LIMITS[limit]} {context[limit]:g}"
        case _:
            words = _WANTED.get(kind, detail["msg"])
    return words


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _shown(value: object) -> str:
    text = _CREDENTIALS.sub("[secret]@", json.dumps(value, default=str))
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"


def _known(place: tuple[int | str, ...]) -> str:
    """Say which settings stand beside the unknown one at ``place``."""
    model: Any = StackSettings
    for part in place[:-1]:
        model = model if _is_mark(part) else _below(model, part)
    return nearest(str(place[-1]), _settings(_alternatives(model)[0]))


def _below(annotation: Any, part: int | str) -> Any:  # noqa: ANN401  whatever a field may be annotated with
    for choice in _alternatives(annotation):
        if get_origin(choice) in (dict, list):
            return get_args(choice)[-1]
        if isinstance(choice, type) and issubclass(choice, BaseModel):
            return _settings(choice)[str(part)]
    raise KeyError(part)


def _alternatives(annotation: Any) -> tuple[Any, ...]:  # noqa: ANN401  as above
    if get_origin(annotation) not in (Union, UnionType):
        return (annotation,)
    return tuple(choice for choice in get_args(annotation) if choice is not type(None))


def _is_mark(part: int | str) -> bool:
    """Tell whether part of a place is pydantic's or ours: ``[key]``, or which alternative of a setting is meant."""
    return str(part).startswith("[")


def _settings(model: type[BaseModel]) -> dict[str, Any]:
    return {to_camel(name): field.annotation for name, field in model.model_fields.items()}
