"""Who may reach the console: it has no login of its own until there are accounts."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from config import patterns
from config.model import Distinct, Model, excluding

_PLACE = "planewatch:controlPlane.console"
# What somebody writes who means that there is none, which has to be said by its own setting.
_NOTHING = "none|no|nothing|nobody|off|false|null|unauthenticated|anonymous"


def _something(name: str) -> str:
    if name.lower() in _NOTHING.split("|"):
        raise ValueError("name what authenticates people; if nothing does, set unauthenticated: true instead")
    return name


_either_case = "|".join("".join(f"[{letter}{letter.upper()}]" for letter in word) for word in _NOTHING.split("|"))
Authentication = Annotated[
    str,
    StringConstraints(pattern=patterns.LABEL, max_length=60),
    AfterValidator(_something),
    excluding(f"^({_either_case})$", "no word for nothing"),
]
HostName = Annotated[str, StringConstraints(pattern=patterns.DNS_NAME, max_length=253)]


class ConsoleSettings(Model):
    """Who may reach the console, which has no login of its own."""

    authentication: Authentication | None = None
    """Name of what authenticates people in front of the console: your oauth2-proxy, the ingress controller's own login
    (`kubernetes.ingress.consoleAnnotations`). It is shown, not checked."""
    unauthenticated: bool = False
    """Whether anyone who reaches the console may read it, on purpose. It is then shown everywhere."""
    host_names: Distinct[HostName] = Field(default=[])
    """More host names that lead to the console. It answers requests by address, and by the names that the platform
    gives it; others are refused, since a web page could have its own name lead there."""

    @model_validator(mode="after")
    def _either(self) -> "ConsoleSettings":
        if self.unauthenticated and self.authentication is not None:
            raise ValueError(
                "authentication and unauthenticated: true exclude each other; remove one"
                f" (got authentication: {self.authentication})"
            )
        return self

    def fault(self, opened_by: str) -> str | None:
        """Return why a console that other machines reach, as the setting ``opened_by`` says, is refused; else None."""
        if self.unauthenticated or self.authentication is not None:
            return None
        return (
            f"{opened_by}, so other machines reach the console, which has no login: set {_PLACE}.authentication to the"
            " name of what authenticates people in front of it, e.g. oauth2-proxy, or, if anyone may read it,"
            f" {_PLACE}.unauthenticated: true"
        )
