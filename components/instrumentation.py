"""The variables that configure OpenTelemetry's SDKs and zero-code agents in an application."""

from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True, kw_only=True)
class Telemetry:
    """What an application has to know to report: as whom, where to (``host:port`` of OTLP over HTTP), how often."""

    data_plane_id: str
    environment: str
    release: str
    collector: str
    interval_s: int


def variables(role: str, telemetry: Telemetry) -> dict[str, str]:
    """Return the variables for the application ``role``, such that agents of all languages need no others.

    None of them tells one process from another: a container's processes all have the same variables.
    """
    return {
        "OTEL_SERVICE_NAME": role,
        "OTEL_RESOURCE_ATTRIBUTES": _listed(
            {"service.version": telemetry.release, "deployment.environment.name": telemetry.environment}
        ),
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{telemetry.collector}",
        # Python's agent speaks gRPC otherwise, to the port for HTTP.
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
        "OTEL_METRICS_EXPORTER": "otlp",
        # The collector refuses both, and agents would log each refusal.
        "OTEL_TRACES_EXPORTER": "none",
        "OTEL_LOGS_EXPORTER": "none",
        "OTEL_METRIC_EXPORT_INTERVAL": str(telemetry.interval_s * 1000),
        # Node's agent would also ask the clouds' metadata services, and wait for what a cluster lets nobody reach.
        "OTEL_NODE_RESOURCE_DETECTORS": "env,host,os,process,serviceinstance",
        # Else older instrumentation reports durations under their former names, in milliseconds.
        "OTEL_SEMCONV_STABILITY_OPT_IN": "http",
    }


def _listed(attributes: dict[str, str]) -> str:
    """Return attributes as ``key=value,…``, where "," and "=" within a value would end it."""
    return ",".join(f"{key}={quote(value, safe='')}" for key, value in attributes.items())
