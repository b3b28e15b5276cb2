"""Environment variables of a service, as a stack file gives them."""

from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from config import patterns

VariableName = Annotated[str, StringConstraints(pattern=patterns.VARIABLE)]
VariableValue = Annotated[str, StringConstraints(pattern=patterns.VARIABLE_VALUE)]
_ATTRIBUTES, _INSTANCE = "OTEL_RESOURCE_ATTRIBUTES", "service.instance.id"


def _name_no_instance(variables: dict[str, str]) -> dict[str, str]:
    named = {attribute.partition("=")[0].strip() for attribute in variables.get(_ATTRIBUTES, "").split(",")}
    if _INSTANCE in named:
        raise ValueError(
            f"{_ATTRIBUTES} must not name {_INSTANCE}: all processes would have the same, and SDKs make one for each"
        )
    return variables


Variables = Annotated[dict[VariableName, VariableValue], AfterValidator(_name_no_instance)]
