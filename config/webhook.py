"""The webhook for alerts: its form, which Alertmanager would notice at the first alert. No message repeats it."""

from collections.abc import Iterator

from config.secrets import ALERT_WEBHOOK
from config.urls import url_fault


def faults(stack: str, value: str | None, *, project: str) -> Iterator[str]:
    """Yield what is wrong with the ``value`` of the webhook's key; None: the stack has none."""
    # Alertmanager trims the file that it reads the address from.
    if value is not None and (fault := url_fault(value.strip(), "http", "https")) is not None:
        place = f"{project}:{ALERT_WEBHOOK}"
        yield (
            f"{place} must be a URL with a scheme and a host: this one {fault} (value not shown);"
            f" pulumi config set --secret {place} https://hooks.example.com/… -s {stack}"
        )
