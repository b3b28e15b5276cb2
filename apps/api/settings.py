"""What the service may be told by its environment, checked once at start."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AnyHttpUrl, BaseModel, ConfigDict, Field, ValidationError


class SettingsError(ValueError):
    """The environment has values that the service cannot work with; one line per value, all at once."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


# A description follows "must be" in the message for a bad value.
class Settings(BaseModel):
    """Settings of one process. An empty variable counts as not set."""

    model_config = ConfigDict(frozen=True, validate_default=True)

    host: Annotated[str, Field(alias="HOST", min_length=1, description="an address to listen on")] = "0.0.0.0"  # noqa: S104 - inside its container the service must be reachable from the plane's network
    port: Annotated[int, Field(alias="PORT", ge=1, le=65535, description="a whole number from 1 to 65535")] = 8000
    environment: Annotated[
        str,
        Field(
            alias="ENVIRONMENT", pattern=r"^[A-Za-z0-9._-]{1,63}$", description="1 to 63 letters, digits, '.', '_', '-'"
        ),
    ] = "local"
    data_plane_id: Annotated[
        str,
        Field(
            alias="DATA_PLANE_ID",
            pattern=r"^[a-z0-9]([a-z0-9-]{0,18}[a-z0-9])?$",
            description="a DNS label of at most 20 lower-case letters, digits and '-'",
        ),
    ] = "local"
    otel_endpoint: Annotated[
        AnyHttpUrl | None,
        Field(alias="OTEL_ENDPOINT", description="the collector's OTLP/HTTP address such as http://collector:4318"),
    ] = None
    service_name: Annotated[
        str, Field(alias="SERVICE_NAME", min_length=1, max_length=255, description="1 to 255 characters")
    ] = "sample-api"
    service_version: Annotated[
        str, Field(alias="SERVICE_VERSION", min_length=1, max_length=255, description="1 to 255 characters")
    ] = "0.1.0"
    error_rate: Annotated[
        float, Field(alias="ERROR_RATE", ge=0, le=1, allow_inf_nan=False, description="a number from 0 to 1")
    ] = 0.05
    enable_slow_requests: Annotated[bool, Field(alias="ENABLE_SLOW_REQUESTS", description="true or false")] = True
    export_interval_ms: Annotated[
        int,
        Field(
            alias="OTEL_METRIC_EXPORT_INTERVAL",
            ge=100,
            le=600_000,
            description="milliseconds, a whole number from 100 to 600000",
        ),
    ] = 1000  # the SDK's default of 60 s would delay a request by a minute; the target is < 2 s


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read the settings from `environ`.

    Raises SettingsError that names, for every bad variable, its value and what it must be.
    """
    fields = {field.alias: field.description for field in Settings.model_fields.values() if field.alias}
    given = {name: environ[name] for name in fields if environ.get(name)}
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        bad = dict.fromkeys(str(issue["loc"][0]) for issue in error.errors())
        problems = [f"{name} must be {fields[name]} (got {given[name]!r})" for name in bad]
        raise SettingsError(problems) from None
