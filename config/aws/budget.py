"""What a month may cost."""

from pydantic import Field

from config.model import Model


class BudgetSettings(Model):
    """A warning when a month's costs come near ``monthly_usd`` (80 % forecast, 100 % actual), to these addresses."""

    monthly_usd: int = Field(ge=1)
    # AWS Budgets takes no more for one notification.
    emails: list[str] = Field(min_length=1, max_length=10)
