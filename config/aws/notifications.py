"""Who is notified of alerts, by Amazon SNS."""

from typing import Literal

from pydantic import Field

from config.model import Model


class Subscription(Model):
    """A subscription to a topic of Amazon SNS."""

    protocol: Literal["email", "https", "sqs", "lambda"]
    """How alerts are delivered."""
    endpoint: str = Field(min_length=3)
    """Where to: an e-mail address, an HTTPS URL, or the ARN of a queue or function."""


class NotificationSettings(Model):
    """Who is notified of alerts, by severity; each has an encrypted SNS topic."""

    critical: list[Subscription] = Field(default=[])
    """Subscriptions to critical alerts."""
    warning: list[Subscription] = Field(default=[])
    """Subscriptions to warnings."""
