"""What a collector's exporter leaves out with nothing but a line in its log, counted from that log.

Two metrics whose names are one once "." is "_", with the same labels, and metrics of one name and several types are
seen by the exporter alone, at each scrape. The collector sends its own log to itself; a filter for each kind of line
counts and drops it (``otelcol_processor_filter_logs_filtered_total``), and the last one drops the rest. Which metrics
they are stands in the log alone: a filter counts without labels.
"""

from dataclasses import dataclass

from config.services.ottl import Processor, literal

# By the reason of the alert, in the exporter's own words.
_LINES = {
    "types": "^failed to convert metric .*instrument type conflict",
    "collisions": "^error gathering metrics",
}
RECEIVER, _EXPORTER = "otlp/own-logs", "debug"
_EVERY_MS = 1000


@dataclass(frozen=True, kw_only=True)
class OwnLogs:
    """The collector's log, by way of ``address`` (``host:port``, loopback)."""

    address: str

    @property
    def section(self) -> dict[str, object]:
        """What stands beside the encoding in ``telemetry.logs``."""
        there = {"protocol": "http/protobuf", "endpoint": f"http://{self.address}"}
        return {"processors": [{"batch": {"schedule_delay": _EVERY_MS, "exporter": {"otlp": there}}}]}

    @property
    def receivers(self) -> dict[str, object]:
        """Where it arrives."""
        return {RECEIVER: {"protocols": {"http": {"endpoint": self.address}}}}

    @property
    def processors(self) -> dict[str, Processor]:
        """The filters, of which none leaves anything over."""
        kinds = {f"filter/{name}": f'IsMatch(log.body, "{line}")' for name, line in _LINES.items()}
        return {name: _dropping(condition) for name, condition in {**kinds, "filter/log": "true"}.items()}

    @property
    def exporters(self) -> dict[str, object]:
        """What a pipeline must have, and nothing reaches."""
        return {_EXPORTER: {}}

    @property
    def pipeline(self) -> dict[str, object]:
        """The way from one to the other."""
        return {"receivers": [RECEIVER], "processors": list(self.processors), "exporters": [_EXPORTER]}


def _dropping(condition: str) -> Processor:
    return {"error_mode": "ignore", "log_conditions": [{"context": "log", "conditions": [literal(condition)]}]}
