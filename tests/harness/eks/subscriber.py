"""A queue of the account, subscribed to a topic: what subscribers are told of alerts."""

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Notification:
    """What SNS delivers: ``topic`` (its ARN), ``attributes`` by name."""

    topic: str
    subject: str
    message: str
    attributes: dict[str, str]


@dataclass(kw_only=True)
class Subscriber:
    """A queue seen through the boto3 client ``sqs``."""

    sqs: Any
    url: str
    _seen: list[Notification] = field(default_factory=list)

    @property
    def arn(self) -> str:
        """What a subscription names."""
        said = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["QueueArn"])
        return str(said["Attributes"]["QueueArn"])

    def notifications(self) -> list[Notification]:
        """Return everything delivered so far."""
        while messages := self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get("Messages"):
            for each in messages:
                self._seen.append(_read(json.loads(each["Body"])))
                self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=each["ReceiptHandle"])
        return list(self._seen)


def subscriber(sqs: Any, name: str) -> Subscriber:
    """Make a queue."""
    return Subscriber(sqs=sqs, url=sqs.create_queue(QueueName=name)["QueueUrl"])


def _read(body: dict[str, Any]) -> Notification:
    return Notification(
        topic=body["TopicArn"],
        subject=body["Subject"],
        message=body["Message"],
        attributes={name: said["Value"] for name, said in body["MessageAttributes"].items()},
    )
