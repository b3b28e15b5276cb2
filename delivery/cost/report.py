"""An estimate as a table for people and as JSON for machines."""

import json
from dataclasses import asdict
from decimal import Decimal

from rich.console import Console
from rich.table import Table

from delivery.cost.model import Estimate, Hint, Line, Plan
from delivery.cost.prices import Prices

_CENT = Decimal("0.01")


def show(plan: Plan, made: Estimate, hints: tuple[Hint, ...], prices: Prices, console: Console) -> None:
    """Print lines, total, cheaper alternatives and assumptions."""
    table = Table(title=f"A month in {made.region}, USD without taxes", title_justify="left", show_footer=True)
    table.add_column("component", "total")
    table.add_column("from")
    table.add_column("USD", f"{made.total:,.2f}", justify="right", no_wrap=True)
    for line in made.lines:
        table.add_row(line.component, line.how, f"{'' if line.sure else '~ '}{line.usd:,.2f}")
    console.print(table)
    if not all(line.sure for line in made.lines):
        console.print("~ contains a price not seen in a copy of AWS's list: look it up before you rely on it")
    budget = plan.aws.budget
    if budget is not None:
        console.print(f"Budget of the stack: {budget.monthly_usd:,} USD, {made.total / budget.monthly_usd:.0%} of it")
    if hints:
        console.print(_cheaper(hints))
    console.print(f"Assumed (change with --assume name=value): {_assumed(plan)}", soft_wrap=True, highlight=False)
    console.print(f"Prices: {_dates(made, prices)}; see docs/aws-cost.md.", soft_wrap=True, highlight=False)


def as_json(plan: Plan, made: Estimate, hints: tuple[Hint, ...], prices: Prices) -> str:
    """Return the estimate as one JSON object; amounts are USD with two digits, prices with source and date."""
    used = sorted({key for line in made.lines for key in line.prices})
    document = {
        "region": made.region,
        "currency": prices.currency,
        "total": _usd(made.total),
        "lines": [_line(line) for line in made.lines],
        "cheaper": [{"change": hint.change, "price": hint.price, "saves": _usd(hint.saves)} for hint in hints],
        "assumed": {"planes": plan.planes, **asdict(plan.assumed), "nodes": plan.nodes},
        "prices": {
            key: {
                **prices.prices[key].model_dump(mode="json", include={"unit", "per", "source", "date"}),
                "checked": made.region in prices.prices[key].checked,
                "usd": [tier.model_dump(mode="json") for tier in prices.prices[key].usd[made.region]],
            }
            for key in used
        },
    }
    return json.dumps(document, indent=2, default=_plain)


def _plain(value: object) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} has no place in an estimate")


def _line(line: Line) -> dict[str, object]:
    return {
        "component": line.component,
        "from": line.how,
        "usd": _usd(line.usd),
        "checked": line.sure,
        "prices": list(line.prices),
    }


def _cheaper(hints: tuple[Hint, ...]) -> Table:
    table = Table(title="What would make it cheaper, each by itself", title_justify="left")
    # A setting's name is one long word, which a narrow terminal would cut short.
    table.add_column("change", overflow="fold")
    table.add_column("its price")
    table.add_column("saves USD", justify="right", no_wrap=True)
    for hint in hints:
        table.add_row(hint.change, hint.price, f"{hint.saves:,.2f}")
    return table


def _assumed(plan: Plan) -> str:
    said = {**asdict(plan.assumed), "nodes": plan.nodes}
    return ", ".join(f"{name}={value}" for name, value in said.items())


def _dates(made: Estimate, prices: Prices) -> str:
    dates = sorted(prices.prices[key].date for line in made.lines for key in line.prices)
    return f"as published between {dates[0]} and {dates[-1]}"


def _usd(amount: Decimal) -> float:
    return float(amount.quantize(_CENT))
