"""Who is notified of alerts, by Amazon SNS."""

import re
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from config import patterns
from config.model import Distinct, Model
from config.urls import url_fault

_FORMS = {
    "email": (patterns.EMAIL, "an e-mail address"),
    "sqs": (
        patterns.AWS_QUEUE,
        "the ARN of a queue that is not FIFO, e.g. arn:aws:sqs:eu-central-1:111122223333:alerts",
    ),
    "lambda": (
        patterns.AWS_FUNCTION,
        "the ARN of a function, e.g. arn:aws:lambda:eu-central-1:111122223333:function:alerts",
    ),
}


class Subscription(Model):
    """A subscription to a topic of Amazon SNS."""

    protocol: Literal["email", "https", "sqs", "lambda"]
    """How alerts are delivered."""
    endpoint: str = Field(min_length=3)
    """Where to: an e-mail address, an HTTPS URL, or the ARN of a queue or function."""

    @field_validator("endpoint")
    @classmethod
    def _is_what_the_protocol_sends_to(cls, endpoint: str, info: ValidationInfo) -> str:
        # Missing when the protocol itself is invalid, which is reported already.
        protocol = info.data.get("protocol")
        if protocol == "https" and (fault := url_fault(endpoint, "https")):
            raise ValueError(f"be a URL with https:// and a host, with protocol: https: this one {fault}")
        pattern, words = _FORMS.get(str(protocol), ("", ""))
        if re.match(pattern, endpoint) is None:
            raise ValueError(f"be {words}, with protocol: {protocol}")
        return endpoint


class NotificationSettings(Model):
    """Who is notified of alerts, by severity; each has an encrypted SNS topic."""

    critical: Distinct[Subscription] = Field(default=[])
    """Subscriptions to critical alerts."""
    warning: Distinct[Subscription] = Field(default=[])
    """Subscriptions to warnings."""
