"""Who is told of alerts: an encrypted SNS topic per severity, that only Managed Prometheus may publish to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi
import pulumi_aws as aws

from components.aws.account import Account
from components.aws.keys import KeyArgs, KeyUser, make_key
from components.aws.policy import Statement, document
from components.names import require_distinct
from config.packs.model import Severity

_PUBLISHER = "aps.amazonaws.com"


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """A subscription to a topic. Raises ValueError without a name where a resource gives the endpoint.

    Attributes:
        protocol: How alerts are delivered.
        endpoint: Where to: an e-mail address, an HTTPS URL, or the ARN of a queue or function.
        name: What the subscription is called in the program; by default its protocol and endpoint.
    """

    protocol: Literal["email", "https", "sqs", "lambda"]
    endpoint: pulumi.Input[str]
    name: str | None = None

    def __post_init__(self) -> None:
        """Refuse a subscription that cannot be called anything."""
        if self.name is None and not isinstance(self.endpoint, str):
            raise ValueError("name of a subscription must be set where a resource gives the endpoint (got none)")

    @property
    def called(self) -> str:
        """What the names of its resources end with."""
        return self.name or f"{self.protocol}-{self.endpoint}"


@dataclass(frozen=True, kw_only=True)
class NotificationsArgs:
    """Who is notified of alerts, by severity. Raises ValueError for subscriptions of one name.

    Attributes:
        account: Where the topics are made, and whose workspaces alone may publish to them.
        critical: Subscriptions to critical alerts.
        warning: Subscriptions to warnings.
        prefix: What names in AWS begin with; ``planewatch-<stack>-<name>`` unless given.
    """

    account: Account
    critical: Sequence[Subscription] = ()
    warning: Sequence[Subscription] = ()
    prefix: str | None = None

    def __post_init__(self) -> None:
        """Refuse subscriptions that are called the same."""
        for severity, subscriptions in (("critical", self.critical), ("warning", self.warning)):
            require_distinct((one.called for one in subscriptions), f"{severity} subscriptions")


class Notifications(pulumi.ComponentResource):
    """Topics, keyed by severity in ``topics`` (ARNs)."""

    topics: dict[Severity, pulumi.Output[str]]

    def __init__(self, name: str, args: NotificationsArgs, *, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("planewatch:aws:Notifications", name, None, opts)
        self._called, self._prefix = name, args.prefix or args.account.named(name)
        # Only alerts of workspaces of this account and region.
        self._source = {
            "StringEquals": {"aws:SourceAccount": args.account.id},
            "ArnLike": {"aws:SourceArn": args.account.arn("aps", "workspace/*")},
        }
        conditions = tuple(
            (operator, key, value) for operator, pair in self._source.items() for key, value in pair.items()
        )
        key = make_key(
            f"{name}-key",
            KeyArgs(
                account=args.account,
                alias=f"{self._prefix}-notifications",
                description=f"{self._prefix}: alerts",
                users=(KeyUser(service=_PUBLISHER, conditions=conditions),),
            ),
            parent=self,
        )
        self.topics = {
            "critical": self._topic("critical", args.critical, key),
            "warning": self._topic("warning", args.warning, key),
        }
        self.register_outputs({"topics": self.topics})

    def _topic(self, severity: Severity, subscriptions: Sequence[Subscription], key: aws.kms.Key) -> pulumi.Output[str]:
        here = pulumi.ResourceOptions(parent=self)
        topic = aws.sns.Topic(
            f"{self._called}-alerts-{severity}",
            name=f"{self._prefix}-alerts-{severity}",
            kms_master_key_id=key.arn,
            opts=here,
        )
        policy = aws.sns.TopicPolicy(
            f"{self._called}-alerts-{severity}",
            arn=topic.arn,
            policy=document(
                Statement(
                    sid="ManagedPrometheus",
                    actions=("sns:GetTopicAttributes", "sns:Publish"),
                    services=(_PUBLISHER,),
                    resources=(topic.arn,),
                    conditions=dict(self._source),
                )
            ),
            opts=here,
        )
        for subscription in subscriptions:
            aws.sns.TopicSubscription(
                f"{self._called}-{severity}-{subscription.called}",
                topic=topic.arn,
                protocol=subscription.protocol,
                endpoint=subscription.endpoint,
                opts=here,
            )
        return pulumi.Output.all(topic.arn, policy.id).apply(lambda both: str(both[0]))
