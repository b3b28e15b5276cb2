"""What IAM policies allow, as far as identities of planewatch need: actions, resources, wildcards, equality of keys.

Deny wins. moto's own evaluator says of itself that it lacks resources and conditions. What this one does not know it
refuses: a policy with such an element is an error, never a silent yes or no.
"""

import json
import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator


def _one_or_many(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Values = Annotated[tuple[str, ...], BeforeValidator(_one_or_many)]


class Statement(BaseModel):
    """One statement of an identity's policy."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sid: str = Field(default="", alias="Sid")
    effect: Literal["Allow", "Deny"] = Field(alias="Effect")
    actions: Values = Field(alias="Action", min_length=1)
    resources: Values = Field(alias="Resource", min_length=1)
    conditions: dict[Literal["StringEquals"], dict[str, Values]] = Field(default={}, alias="Condition")

    def concerns(self, action: str, resource: str, context: Mapping[str, str]) -> bool:
        """Tell whether the statement speaks of this action on this resource, in a request with these keys."""
        return (
            any(_matches(one, action, re.IGNORECASE) for one in self.actions)
            and any(_matches(one, resource) for one in self.resources)
            and all(context.get(key) in wanted for keys in self.conditions.values() for key, wanted in keys.items())
        )


class Policy(BaseModel):
    """A policy document; raises pydantic's ValidationError for elements that are not understood here."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal["2012-10-17"] = Field(alias="Version")
    id: str = Field(default="", alias="Id")
    statements: tuple[Statement, ...] = Field(alias="Statement")

    @field_validator("statements", mode="before")
    @classmethod
    def _one_or_many(cls, value: object) -> object:
        return (value,) if isinstance(value, dict) else value

    @classmethod
    def allowing(cls, actions: Iterable[str], *resources: str) -> "Policy":
        """Return a policy with one Allow."""
        statement = {"Effect": "Allow", "Action": list(actions), "Resource": list(resources)}
        return cls.model_validate({"Version": "2012-10-17", "Statement": [statement]})

    @classmethod
    def parse(cls, document: str) -> "Policy":
        """Read a document as IAM gives it."""
        return cls.model_validate(json.loads(document))


def is_allowed(
    policies: Iterable[Policy], action: str, resource: str, context: Mapping[str, str] = MappingProxyType({})
) -> bool:
    """Tell whether an identity with these policies may do ``action`` on the ARN ``resource``.

    ``context`` are the keys that the request has, as conditions name them.
    """
    said = {
        statement.effect
        for policy in policies
        for statement in policy.statements
        if statement.concerns(action, resource, context)
    }
    return said == {"Allow"}


def _matches(pattern: str, text: str, flags: re.RegexFlag = re.NOFLAG) -> bool:
    parts = ("." if char == "?" else ".*" if char == "*" else re.escape(char) for char in pattern)
    return re.fullmatch("".join(parts), text, flags) is not None
