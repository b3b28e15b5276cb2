"""Unit prices as published (`prices.yaml`), each with its date and source."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from delivery.errors import CommandError

_FILE = Path(__file__).with_name("prices.yaml")
# YAML would make binary fractions of amounts, so they stand there as texts.
Amount = Annotated[Decimal, Field(ge=0)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Tier(_Model):
    """A price of a month's quantity from where the tier before ended ``up_to``; None is without end."""

    up_to: Decimal | None = None
    usd: Amount


def _tiers(value: Any) -> Any:  # noqa: ANN401  a text or a list, judged by the model
    return value if isinstance(value, list) else [{"usd": value}]


class Price(_Model):
    """USD for ``per`` units, by region; ``checked`` are the regions whose figure was seen in a copy of the source."""

    unit: str
    per: int = 1
    source: str
    date: dt.date
    checked: tuple[str, ...]
    usd: Mapping[str, Annotated[tuple[Tier, ...], BeforeValidator(_tiers)]]

    @model_validator(mode="after")
    def _only_the_last_tier_is_open(self) -> "Price":
        for tiers in self.usd.values():
            ends = [tier.up_to for tier in tiers]
            if ends[-1] is not None or None in ends[:-1]:
                raise ValueError(f"{self.unit}: the last tier, and no other, is without end")
        return self

    def cost(self, region: str, quantity: Decimal) -> Decimal:
        """Return USD for a month's ``quantity`` of units, tier by tier."""
        start, total = Decimal(0), Decimal(0)
        for tier in self.usd[region]:
            end = quantity if tier.up_to is None else min(quantity, tier.up_to)
            if end > start:
                total += (end - start) * tier.usd / self.per
                start = end
        return total


class Prices(_Model):
    """All prices."""

    version: int
    currency: str
    regions: tuple[str, ...]
    prices: Mapping[str, Price]

    def of_region(self, region: str) -> "RegionPrices":
        """Return the prices of a region; raises `CommandError` that names the regions there are."""
        if region not in self.regions:
            raise CommandError(
                f"no prices for region {region}",
                remedy=f"known are {', '.join(self.regions)}; add it to {_FILE.name}, each price with its source",
            )
        return RegionPrices(region=region, all=self)


@dataclass(frozen=True, kw_only=True)
class RegionPrices:
    """Prices as one region has them."""

    region: str
    all: Prices

    def cost(self, key: str, quantity: Decimal) -> Decimal:
        """Return USD for a month's ``quantity`` of ``key``."""
        return self.all.prices[key].cost(self.region, quantity)

    def instance(self, kind: str) -> str:
        """Return the key of an instance type; raises `CommandError` that names the known ones."""
        if (key := f"ec2.{kind}") in self.all.prices:
            return key
        known = [name.removeprefix("ec2.") for name in self.all.prices if name.startswith("ec2.")]
        raise CommandError(
            f"no price for instance type {kind}",
            remedy=f"known are {', '.join(known)}; add it to {_FILE.name} with its source",
        )


def load() -> Prices:
    """Read the prices that come with this release."""
    return Prices.model_validate(yaml.safe_load(_FILE.read_text()))
