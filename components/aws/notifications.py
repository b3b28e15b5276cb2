"""Who is told of alerts: an encrypted SNS topic per severity, that only Managed Prometheus may publish to."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.aws.account import Account
from components.aws.keys import KeyArgs, KeyUser, make_key
from components.aws.policy import Statement, document
from config.aws.notifications import NotificationSettings, Subscription
from config.packs.model import Severity

_PUBLISHER = "aps.amazonaws.com"


@dataclass(frozen=True, kw_only=True)
class NotificationsArgs:
    """Subscriptions by severity. ``prefix`` begins names in AWS; ``planewatch-<stack>-<name>`` unless given."""

    account: Account
    settings: NotificationSettings
    prefix: str | None = None


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
            "critical": self._topic("critical", args.settings.critical, key),
            "warning": self._topic("warning", args.settings.warning, key),
        }
        self.register_outputs({"topics": self.topics})

    def _topic(self, severity: Severity, subscriptions: list[Subscription], key: aws.kms.Key) -> pulumi.Output[str]:
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
                f"{self._called}-{severity}-{subscription.protocol}-{subscription.endpoint}",
                topic=topic.arn,
                protocol=subscription.protocol,
                endpoint=subscription.endpoint,
                opts=here,
            )
        return pulumi.Output.all(topic.arn, policy.id).apply(lambda both: str(both[0]))
