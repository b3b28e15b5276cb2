"""IAM policies as frozen statements: who may do what to which resource, under which condition."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi

# Condition operator → key → value.
Conditions = Mapping[str, pulumi.Input[Mapping[str, pulumi.Input[str]]] | pulumi.Output[dict[str, str]]]


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One Allow. ``sid`` gives the reason; ``services`` are the principals of a resource's or a role's own policy."""

    sid: str
    actions: tuple[str, ...]
    resources: tuple[pulumi.Input[str], ...] = ()
    services: tuple[str, ...] = ()
    accounts: tuple[pulumi.Input[str], ...] = ()
    federated: tuple[pulumi.Input[str], ...] = ()
    conditions: Conditions = field(default_factory=dict)


def document(*statements: Statement) -> pulumi.Output[str]:
    """Return the policy as JSON, once all its parts are known."""
    rendered = {"Version": "2012-10-17", "Statement": [_statement(statement) for statement in statements]}
    return pulumi.Output.from_input(rendered).apply(lambda known: json.dumps(known, sort_keys=True))


def _statement(statement: Statement) -> dict[str, Any]:
    principals = {
        **({"Service": _one_or_all(statement.services)} if statement.services else {}),
        **({"AWS": _one_or_all(statement.accounts)} if statement.accounts else {}),
        **({"Federated": _one_or_all(statement.federated)} if statement.federated else {}),
    }
    return {
        "Sid": statement.sid,
        "Effect": "Allow",
        "Action": _one_or_all(statement.actions),
        **({"Principal": principals} if principals else {}),
        **({"Resource": _one_or_all(statement.resources)} if statement.resources else {}),
        **({"Condition": dict(statement.conditions)} if statement.conditions else {}),
    }


def _one_or_all(values: tuple[pulumi.Input[str], ...]) -> pulumi.Input[str] | list[pulumi.Input[str]]:
    # AWS gives a list of one back as a plain text: written so from the start, nothing differs on refresh.
    return values[0] if len(values) == 1 else list(values)
