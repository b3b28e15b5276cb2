"""The one place that knows the OpenTelemetry SDK: providers, exporters, instrumentation and their end.

Metrics today. Traces and logs join here: one provider each with the same resource, one exporter each to
`<OTEL_ENDPOINT>/v1/traces` and `/v1/logs`, one more line in `instrument` and in `shutdown`.
"""

import logging
import os
import uuid
from collections.abc import Sequence
from typing import Final

from fastapi import FastAPI
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from opentelemetry.metrics import Meter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricReader, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource

from .settings import Settings

EXPORT_TIMEOUT_SECONDS: Final = 2.0  # one export, retries included; two of them (running + last) fit into the flush
FLUSH_TIMEOUT_SECONDS: Final = 5.0
METER_NAME: Final = "apps.api"

_logger = logging.getLogger(__name__)


def make_resource(settings: Settings) -> Resource:
    """Who reports. The plane's identity is not here on purpose: the platform stamps it, no workload claims it."""
    return Resource.create(
        {
            "service.name": settings.service_name,
            "service.version": settings.service_version,
            "service.instance.id": str(uuid.uuid4()),
            "deployment.environment.name": settings.environment,
        }
    )


class Telemetry:
    """The SDK of one process: exports on its own thread, so that no request ever waits for the collector."""

    def __init__(self, settings: Settings, readers: Sequence[MetricReader] | None = None) -> None:
        """Start to export to `settings.otel_endpoint`, or to `readers` when given; to nowhere without either."""
        # The instrumentation reads this once per process; without it durations come in the old names, in ms.
        os.environ.setdefault("OTEL_SEMCONV_STABILITY_OPT_IN", "http")
        self._meters = MeterProvider(
            metric_readers=_metric_readers(settings) if readers is None else readers,
            resource=make_resource(settings),
            shutdown_on_exit=False,  # its own hook would wait up to 30 s
        )

    @property
    def meter(self) -> Meter:
        """Where the application's own instruments come from."""
        return self._meters.get_meter(METER_NAME)

    def instrument(self, app: FastAPI) -> None:
        """Measure every request of `app`, /health included: probes are load too, and rules can drop the route."""
        FastAPIInstrumentor.instrument_app(app, meter_provider=self._meters)

    def shutdown(self) -> None:
        """Send what is not sent yet, within FLUSH_TIMEOUT_SECONDS, and stop. Never raises."""
        try:
            self._meters.shutdown(timeout_millis=FLUSH_TIMEOUT_SECONDS * 1000)
        except Exception:  # the SDK raises no narrower type; a lost flush must not fail the exit
            _logger.warning("the last metrics may not have reached the collector", exc_info=True)


def _metric_readers(settings: Settings) -> list[MetricReader]:
    if settings.otel_endpoint is None:
        _logger.warning("OTEL_ENDPOINT is not set: metrics are not exported")
        return []
    exporter = OTLPMetricExporter(
        endpoint=f"{str(settings.otel_endpoint).rstrip('/')}/v1/metrics", timeout=EXPORT_TIMEOUT_SECONDS
    )
    return [PeriodicExportingMetricReader(exporter, export_interval_millis=settings.export_interval_ms)]
