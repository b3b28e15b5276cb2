"""What the console takes from its environment, checked once at start."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

import limits
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    HttpUrl,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    field_validator,
)

_HTTP_URL = TypeAdapter(HttpUrl)


class SettingsError(ValueError):
    """The environment holds values the console cannot run with; the message has one line per bad value."""


def _base_url(value: str) -> str:
    _HTTP_URL.validate_python(value)
    return value.rstrip("/")


def _rate(value: str) -> str:
    try:
        limits.parse(value)
    except ValueError as error:
        raise ValueError("expected a rate such as 600/minute") from error
    return value


def _parsed(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        raise ValueError("expected a JSON list") from error


HostName = Annotated[str, Field(min_length=1, max_length=253)]


class PlaneStoreSettings(BaseModel):
    """The store of one data plane: whose it is, and the base of its Prometheus HTTP API."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    environment: str = Field(min_length=1, max_length=100)
    data_plane_id: str = Field(min_length=1, max_length=100)
    url: Annotated[str, AfterValidator(_base_url)]


class Settings(BaseModel):
    """Frozen settings; field names are the environment variables in lower case.

    `prometheus_url` is the base of a Prometheus HTTP API (without `/api/v1`), or `prometheus_urls` those of stores of
    which each has one data plane. `scrape_interval_seconds` is the interval at which data planes are scraped,
    `up_interval_seconds` how often `up` is written where that differs, `rate_limit` requests per client address as the
    `limits` library writes them, and `proxies` how many of ours stand between a client and the console.
    `prometheus_auth` is how the store knows the console: not at all, or by AWS signatures in `aws_region`.
    `control_plane_jobs` are the services of the control plane that the store scrapes.

    `host_names` lead to the console beside addresses and `localhost`; `hsts_seconds` is how long browsers shall come by
    TLS only, 0 where TLS is not ours or not everybody's to verify. `access` is who can reach the console: this machine
    alone, the network after a login by `authentication`, or anyone.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    port: int = Field(default=8080, ge=1, le=65535)
    prometheus_urls: Annotated[tuple[PlaneStoreSettings, ...], BeforeValidator(_parsed)] = ()
    prometheus_url: str | None = Field(default=None, validate_default=True)
    prometheus_auth: Literal["none", "sigv4"] = "none"
    aws_region: str | None = Field(default=None, pattern=r"^[a-z]{2}(-[a-z]+)+-\d$", validate_default=True)
    release: str = Field(default="unknown", min_length=1, max_length=100)
    platform: str = Field(default="unknown", min_length=1, max_length=100)
    stack: str = Field(default="unknown", min_length=1, max_length=100)
    web_root: Path = Path("/app/web")
    scrape_interval_seconds: int = Field(default=10, ge=1, le=300)
    up_interval_seconds: int | None = Field(default=None, ge=1, le=300)
    control_plane_jobs: Annotated[tuple[Literal["prometheus", "alertmanager"], ...], BeforeValidator(_parsed)] = (
        "prometheus",
        "alertmanager",
    )
    rate_limit: Annotated[str, AfterValidator(_rate)] = "600/minute"
    proxies: int = Field(default=0, ge=0, le=10)
    host_names: Annotated[tuple[HostName, ...], BeforeValidator(_parsed)] = ()
    hsts_seconds: int = Field(default=0, ge=0, le=63_072_000)
    access: Literal["local", "authenticated", "open"] = "local"
    authentication: str | None = Field(default=None, min_length=1, max_length=100, validate_default=True)

    @field_validator("authentication")
    @classmethod
    def _a_login_has_a_name(cls, name: str | None, info: ValidationInfo) -> str | None:
        if name is None and info.data.get("access") == "authenticated":
            raise ValueError("expected the name of what authenticates people, with ACCESS=authenticated")
        return name

    @field_validator("prometheus_urls")
    @classmethod
    def _planes_are_distinct(cls, stores: tuple[PlaneStoreSettings, ...]) -> tuple[PlaneStoreSettings, ...]:
        names = [store.data_plane_id for store in stores]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"expected each data plane once, {', '.join(twice)} is given twice")
        return stores

    @field_validator("prometheus_url")
    @classmethod
    def _one_kind_of_store(cls, url: str | None, info: ValidationInfo) -> str | None:
        # Absent when it was faulty, which is told by itself.
        stores = info.data.get("prometheus_urls", ("faulty",))
        if url is not None and info.data.get("prometheus_urls"):
            raise ValueError("expected this or PROMETHEUS_URLS, not both")
        if url is None and not stores:
            raise ValueError("expected the URL of a Prometheus HTTP API, or PROMETHEUS_URLS")
        return None if url is None else _base_url(url)

    @property
    def up_interval(self) -> int:
        """Seconds between two samples of `up`."""
        return self.up_interval_seconds or self.scrape_interval_seconds

    @field_validator("aws_region")
    @classmethod
    def _signatures_need_a_region(cls, region: str | None, info: ValidationInfo) -> str | None:
        if region is None and info.data.get("prometheus_auth") == "sigv4":
            raise ValueError("expected a region such as eu-central-1, in which PROMETHEUS_AUTH=sigv4 signs")
        return region

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read and check the settings; raises SettingsError that names every bad variable."""
        known = {name: environment[name.upper()] for name in cls.model_fields if environment.get(name.upper())}
        try:
            return cls.model_validate(known)
        except ValidationError as error:
            raise SettingsError("\n".join(_explain(known, detail) for detail in error.errors())) from error


def _explain(given: Mapping[str, str], detail: object) -> str:
    assert isinstance(detail, dict)  # noqa: S101 - pydantic's ErrorDetails is a dict; this narrows it
    field = str(detail["loc"][0])
    message = str(detail["msg"]).removeprefix("Value error, ")
    got = repr(given[field]) if field in given else "nothing"
    return f"{field.upper()}: {message} (got {got})"
