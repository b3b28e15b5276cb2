"""A stack's outputs: the same keys on every platform."""

from typing import Literal

from pydantic import BaseModel, ConfigDict


class DataPlaneOutputs(BaseModel):
    """Addresses of one data plane for people and clients outside; a stack of an earlier version has no health URL."""

    model_config = ConfigDict(frozen=True)

    api_url: str
    api_health_url: str | None = None
    otlp_http_url: str


class ConsoleAccess(BaseModel):
    """Who gets to the console, after a login by ``authentication`` or without one; ``note`` is what to know of that."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["local", "authenticated", "open"]
    authentication: str | None = None
    note: str | None = None


class Outputs(BaseModel):
    """The outputs of a deployed stack; one of an earlier version lacks health URLs, access, its cluster's command."""

    model_config = ConfigDict(frozen=True)

    platform: str
    release: str
    console_url: str
    console_access: ConsoleAccess | None = None
    query_url: str
    query_health_url: str | None = None
    data_planes: dict[str, DataPlaneOutputs]
    access: dict[str, str] = {}
    kubectl: str = ""
