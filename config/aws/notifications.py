"""Who is told of alerts, by Amazon SNS."""

from typing import Literal

from pydantic import Field

from config.model import Model


class Subscription(Model):
    """Somebody who is told of alerts: e-mail, an HTTPS address, an SQS queue or a Lambda function."""

    protocol: Literal["email", "https", "sqs", "lambda"]
    endpoint: str = Field(min_length=3)


class NotificationSettings(Model):
    """Who is told, by severity."""

    critical: list[Subscription] = Field(default=[])
    warning: list[Subscription] = Field(default=[])
