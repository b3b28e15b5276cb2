"""Budgets: what moto lacks of updates, subscribers and tags."""

from typing import Any

from moto.budgets.models import budgets_backends

from toolchain.simulated_aws.account.requests import ACCOUNT, ApiError, Request
from toolchain.simulated_aws.account.store import Record, Store


def before(request: Request, store: Store) -> Record | None:
    """Answer what moto cannot; None hands the request on to moto."""
    del store
    if request.service != "budgets":
        return None
    match request.operation:
        case "UpdateBudget":
            new = request.params["NewBudget"]
            _budget(new["BudgetName"]).budget.update(new)
        case "DescribeSubscribersForNotification":
            return {"Subscribers": _subscribers(request)}
        case "ListTagsForResource":
            return {"ResourceTags": [{"Key": key, "Value": value} for key, value in _tags(request).items()]}
        case "TagResource":
            _tags(request).update({tag["Key"]: tag["Value"] for tag in request.params["ResourceTags"]})
        case "UntagResource":
            for key in request.params["ResourceTagKeys"]:
                _tags(request).pop(key, None)
        case _:
            return None
    return {}


def after(request: Request, store: Store) -> None:
    """Remember the tags that a new budget was given; moto forgets them."""
    del store
    if request.service == "budgets" and request.operation == "CreateBudget":
        given = request.params.get("ResourceTags") or []
        _budget(request.params["Budget"]["BudgetName"]).tags = {tag["Key"]: tag["Value"] for tag in given}


def _subscribers(request: Request) -> list[dict[str, str]]:
    for one in _budget(request.text("BudgetName")).notifications:
        if one.details == request.params["Notification"]:
            subscribers: list[dict[str, str]] = one.subscribers
            return subscribers
    raise ApiError("NotFoundException", "Unable to get subscribers - the notification doesn't exist.")


def _budget(name: str) -> Any:  # noqa: ANN401 - moto has no types
    found = budgets_backends[ACCOUNT]["aws"].budgets[ACCOUNT].get(name)
    if found is None:
        raise ApiError("NotFoundException", f"Unable to get budget: {name} - the budget doesn't exist.")
    return found


def _tags(request: Request) -> dict[str, str]:
    tags: dict[str, str] = _budget(request.text("ResourceARN").rpartition("/")[2]).tags
    return tags
