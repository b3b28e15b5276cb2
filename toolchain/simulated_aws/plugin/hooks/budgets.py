"""Budgets: their nested form, and notifications with those who get them."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from botocore import model

from toolchain.simulated_aws.plugin.connection import operation_model
from toolchain.simulated_aws.plugin.hooks.checks import Checking
from toolchain.simulated_aws.plugin.shapes import Matching
from toolchain.standins.servicer.values import Props, Value, has_unknown, is_empty, objects, texts

if TYPE_CHECKING:
    from toolchain.simulated_aws.plugin.connection import Connection
    from toolchain.simulated_aws.plugin.hooks.resource import Resource

_NAMES = {"name": "BudgetName", "budgetType": "BudgetType", "timeUnit": "TimeUnit"}
_LIMIT = {"limitAmount": "Amount", "limitUnit": "Unit"}
_NOTIFICATION = {
    "notificationType": "NotificationType",
    "comparisonOperator": "ComparisonOperator",
    "threshold": "Threshold",
    "thresholdType": "ThresholdType",
}
_SUBSCRIBERS = {"subscriberEmailAddresses": "EMAIL", "subscriberSnsTopicArns": "SNS"}


def check_budget(checking: Checking) -> None:
    """Check: a budget has a limit, its words are the service's, and somebody gets each notification."""
    matching = Matching({}, checking.failures)
    budget = _members(operation_model("budgets", "create_budget").input_shape)["Budget"]
    spend = _members(budget)["BudgetLimit"]
    for names, shape in ((_NAMES, budget), (_LIMIT, spend)):
        for prop, member in names.items():
            matching.to_api(checking.inputs.get(prop), _members(shape)[member], prop)
    for prop in _LIMIT:
        if is_empty(checking.inputs.get(prop)):
            checking.refuse(prop, "missing; the stand-in aws plugin supports only budgets with one fixed limit")
    shapes = _members(operation_model("budgets", "create_notification").input_shape)
    for index, entry in enumerate(objects(checking.inputs, "notifications")):
        where = f"notifications[{index}]"
        for prop, member in _NOTIFICATION.items():
            matching.to_api(entry.get(prop), _members(shapes["Notification"])[member], f"{where}.{prop}")
        if not has_unknown(entry):
            sent = cast("list[Value]", _subscribers(entry))
            matching.to_api(sent, shapes["Subscribers"], f"{where}: subscribers")


def _members(shape: model.Shape | None) -> dict[str, model.Shape]:
    return dict(shape.members) if isinstance(shape, model.StructureShape) else {}


def budget_scope(values: dict[str, object], connection: "Connection") -> None:
    """Add a budget or the notification at hand in the service's form, and the parts of the id (`account:name`)."""
    del connection
    account, _, name = str(values.get("id", "")).partition(":")
    values["budget_account"] = account or values.get("accountId") or values["account"]
    values["budget_name"] = name or values.get("name")
    props = cast("Props", values)
    filters = {str(entry["name"]): texts(entry, "values") for entry in objects(props, "costFilters")}
    values["budget"] = {
        **{member: values[prop] for prop, member in _NAMES.items() if prop in values},
        "BudgetLimit": {member: values[prop] for prop, member in _LIMIT.items() if prop in values},
        "CostFilters": filters,
    }
    entry = values.get("entry")
    if isinstance(entry, dict):
        sent = {member: entry[prop] for prop, member in _NOTIFICATION.items() if prop in entry}
        values |= {"notification": sent, "subscribers": _subscribers(entry)}


def _subscribers(entry: Props) -> list[dict[str, str]]:
    return [
        {"SubscriptionType": kind, "Address": address}
        for prop, kind in _SUBSCRIBERS.items()
        for address in texts(entry, prop)
    ]


def read_budget(found: dict[str, Any], resource: "Resource") -> Props:
    """Read what is named otherwise than the properties: filters, the period, and notifications with their receivers."""
    filters: list[Value] = [
        {"name": name, "values": list(values)} for name, values in sorted(found.get("CostFilters", {}).items())
    ]
    made: Props = {"costFilters": filters, "notifications": _read_notifications(resource)}
    for prop, member in (("timePeriodStart", "Start"), ("timePeriodEnd", "End")):
        moment = found.get("TimePeriod", {}).get(member)
        if isinstance(moment, datetime):
            made[prop] = f"{moment:%Y-%m-%d_%H:%M}"
    return made


def _read_notifications(resource: "Resource") -> list[Value]:
    scope = resource.scope().values
    budget = {"AccountId": scope["budget_account"], "BudgetName": scope["budget_name"]}
    answer: dict[str, Any] = resource.call("describe_notifications_for_budget", budget, "read notifications of")
    made: list[Value] = []
    for notification in answer.get("Notifications", []):
        asked = {**budget, "Notification": {key: notification[key] for key in _NOTIFICATION.values()}}
        receivers: dict[str, Any] = resource.call("describe_subscribers_for_notification", asked, "read receivers of")
        entry: Props = {prop: notification[member] for prop, member in _NOTIFICATION.items()}
        for prop, kind in _SUBSCRIBERS.items():
            addresses = [one["Address"] for one in receivers["Subscribers"] if one["SubscriptionType"] == kind]
            if addresses:
                entry[prop] = cast("list[Value]", addresses)
        made.append(entry)
    return made
