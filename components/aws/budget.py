"""A warning by e-mail when a month's costs come near what the stack may cost."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.aws.account import Account

# Percent of the limit: forecast early enough to act, actual when it is reached.
_THRESHOLDS = (("FORECASTED", 80), ("ACTUAL", 100))


@dataclass(frozen=True, kw_only=True)
class BudgetArgs:
    """What a month may cost, and who is warned.

    Attributes:
        account: The stack whose costs are meant.
        monthly_usd: What the stack may cost a month, in US dollars.
        emails: E-mail addresses to warn: up to ten.
        called: The budget's name in AWS; ``planewatch-<stack>-<name>`` unless given.
    """

    account: Account
    monthly_usd: int
    emails: Sequence[pulumi.Input[str]]
    called: str | None = None


def make_budget(name: str, args: BudgetArgs, *, options: pulumi.ResourceOptions) -> aws.budgets.Budget:
    """Make the budget over everything that carries the stack's tag."""
    return aws.budgets.Budget(
        name,
        name=args.called or args.account.named(name),
        budget_type="COST",
        time_unit="MONTHLY",
        limit_amount=str(args.monthly_usd),
        limit_unit="USD",
        cost_filters=[
            aws.budgets.BudgetCostFilterArgs(name="TagKeyValue", values=[f"user:planewatch:stack${args.account.stack}"])
        ],
        notifications=[
            aws.budgets.BudgetNotificationArgs(
                comparison_operator="GREATER_THAN",
                threshold=threshold,
                threshold_type="PERCENTAGE",
                notification_type=kind,
                subscriber_email_addresses=list(args.emails),
            )
            for kind, threshold in _THRESHOLDS
        ],
        opts=options,
    )
