"""What a month may cost."""

from typing import Annotated

from pydantic import Field, StringConstraints

from config import patterns
from config.model import Distinct, Model, unit

Email = Annotated[str, StringConstraints(pattern=patterns.EMAIL, max_length=254)]


class BudgetSettings(Model):
    """A monthly budget that warns by e-mail when 80 % of it is forecast and when 100 % is spent."""

    monthly_usd: Annotated[int, unit("USD")] = Field(ge=1, le=1_000_000_000)
    """What the stack may cost a month."""
    # AWS Budgets allows no more for one notification.
    emails: Distinct[Email] = Field(min_length=1, max_length=10)
    """E-mail addresses to warn."""
