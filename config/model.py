"""What all models of a stack file have in common."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, GetJsonSchemaHandler
from pydantic.alias_generators import to_camel
from pydantic_core import CoreSchema

# The name of the Pulumi project: the namespace of every key in a stack file.
PROJECT = "planewatch"


class Model(BaseModel):
    """Keys are camelCase as in the stack file; unknown keys and mistyped values are refused.

    The docstring below a setting is its description in the reference and in editors: a sentence or two, with what
    happens without it where there is no default.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        alias_generator=to_camel,
        use_attribute_docstrings=True,
    )


@dataclass(frozen=True, eq=False)
class Keywords:
    """Keywords of JSON Schema for ``Annotated``: what editors and the reference know beside type and bounds.

    ``None`` removes a keyword that pydantic derives.
    """

    keywords: Mapping[str, Any]

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Add the keywords to those that pydantic derives."""
        merged = {**handler(core), **self.keywords}
        return {key: value for key, value in merged.items() if value is not None}


# What `IPvAnyAddress` accepts, in formats that validators know.
IP_ADDRESS = Keywords({"format": None, "anyOf": [{"format": "ipv4"}, {"format": "ipv6"}]})


_Entry = TypeVar("_Entry")


def _once(entries: list[_Entry]) -> list[_Entry]:
    for index, entry in enumerate(entries):
        if (first := entries.index(entry)) != index:
            raise ValueError(f"list each entry once: entries {first + 1} and {index + 1} are the same")
    return entries


# A list in which no entry stands twice: resources are named after entries, and AWS and Kubernetes refuse repeats late.
Distinct = Annotated[list[_Entry], AfterValidator(_once), Keywords({"uniqueItems": True})]


def unit(name: str) -> Keywords:
    """Name the unit of a number."""
    return Keywords({"unit": name})


def one_of(values: Iterable[str | int]) -> Keywords:
    """List the only values that a validator accepts."""
    return Keywords({"enum": list(values)})


def excluding(pattern: str, words: str) -> Keywords:
    """Exclude strings that match a regular expression, as a validator does; ``words`` explain it."""
    return Keywords({"not": {"type": "string", "pattern": pattern}, "excluding": words})
