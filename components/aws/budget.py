"""A warning by e-mail when a month's costs come near what the stack may cost."""

import pulumi
import pulumi_aws as aws

from components.aws.account import Account
from config.aws.budget import BudgetSettings

# Percent of the limit: forecast early enough to act, actual when it is reached.
_THRESHOLDS = (("FORECASTED", 80), ("ACTUAL", 100))


def make_budget(
    name: str, account: Account, settings: BudgetSettings, *, options: pulumi.ResourceOptions
) -> aws.budgets.Budget:
    """Make the budget over everything that carries the stack's tag."""
    return aws.budgets.Budget(
        name,
        name=account.name,
        budget_type="COST",
        time_unit="MONTHLY",
        limit_amount=str(settings.monthly_usd),
        limit_unit="USD",
        cost_filters=[
            aws.budgets.BudgetCostFilterArgs(name="TagKeyValue", values=[f"user:planewatch:stack${account.stack}"])
        ],
        notifications=[
            aws.budgets.BudgetNotificationArgs(
                comparison_operator="GREATER_THAN",
                threshold=threshold,
                threshold_type="PERCENTAGE",
                notification_type=kind,
                subscriber_email_addresses=settings.emails,
            )
            for kind, threshold in _THRESHOLDS
        ],
        opts=options,
    )
