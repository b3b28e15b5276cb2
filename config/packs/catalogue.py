"""The packs that a deployment gets."""

from config.packs import alerts, http
from config.packs.model import Pack


def packs(thresholds: alerts.AlertThresholds) -> tuple[Pack, ...]:
    """Return every pack, with the alerts' limits as given."""
    return (http.pack(), alerts.pack(thresholds))
