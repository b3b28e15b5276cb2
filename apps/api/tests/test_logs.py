import logging

from apps.api.logs import TelemetryQuiet


def record(name: str, *, failed: bool = False) -> logging.LogRecord:
    error = ConnectionError("refused")
    trace = (type(error), error, None) if failed else None
    return logging.LogRecord(name, logging.ERROR, "", 0, "lost %s", ("metrics",), trace)


def test_one_line_a_minute_from_the_telemetry_sdk_without_traceback() -> None:
    now = 0.0
    quiet = TelemetryQuiet(clock=lambda: now)
    first = record("opentelemetry.sdk.metrics", failed=True)
    assert quiet.filter(first)
    assert (first.getMessage(), first.exc_info) == ("telemetry: lost metrics", None)
    for now in range(1, 60):  # noqa: B007 - read by the clock
        assert not quiet.filter(record("opentelemetry.exporter.otlp"))
    now = 60.0
    later = record("opentelemetry.exporter.otlp")
    assert quiet.filter(later)
    assert later.getMessage() == "telemetry: lost metrics (59 more held back)"


def test_other_lines_pass_as_they_are() -> None:
    quiet = TelemetryQuiet(clock=lambda: 0.0)
    own = [record("apps.api", failed=True) for _ in range(3)]
    assert all(quiet.filter(line) for line in own)
    assert all(line.exc_info and line.getMessage() == "lost metrics" for line in own)
