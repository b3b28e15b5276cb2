"""`planewatch cost`: from a stack's file to its estimate. Neither Pulumi's CLI nor AWS is called."""

import sys
from collections.abc import Iterable
from dataclasses import fields
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import pulumi
from rich.console import Console

from config import faults
from config.load import parse, read_file, secrets_in
from config.packs.alerts import AlertThresholds
from config.packs.catalogue import packs
from config.packs.expected import ExpectedPlane
from config.packs.expected import pack as expected_pack
from config.settings import StackSettings
from config.volumes import gib_of
from delivery.cost import prices, report
from delivery.cost.estimate import estimate
from delivery.cost.hints import hints
from delivery.cost.model import Assumptions, Plan
from delivery.errors import CommandError
from delivery.workspace import Workspace

_NAMES = tuple(field.name for field in fields(Assumptions))


def cost(workspace: Workspace, *, assume: Iterable[str], as_json: bool, console: Console) -> None:
    """Print the estimate; raises `CommandError` for a stack that is not on AWS or has errors."""
    plan = plan_of(_settings(workspace), workspace.stack, assumed(assume))
    known = prices.load()
    made, found = estimate(plan, known), hints(plan, known)
    if as_json:
        sys.stdout.write(report.as_json(plan, made, found, known) + "\n")
    else:
        report.show(plan, made, found, known, console)


def plan_of(settings: StackSettings, stack: str, assumptions: Assumptions) -> Plan:
    """Return the parts of a stack that cost money; raises `CommandError` without AWS settings."""
    if settings.aws is None:
        raise CommandError(
            f"stack {stack} is on {settings.platform}, which has no price list",
            remedy="name a stack with platform eks and its section aws",
        )
    metrics = settings.aws.metrics
    listed = metrics.isolation == "shared" and metrics.collection == "agents"
    return Plan(
        aws=settings.aws,
        planes=len(settings.data_planes),
        rules=_rules(settings.control_plane.scrape_interval_seconds, pods=listed),
        scrape_interval_s=settings.control_plane.scrape_interval_seconds,
        balancer=settings.kubernetes.ingress is not None,
        replicas=settings.kubernetes.minimum_replicas,
        remote=len(settings.remote_planes),
        secret_files=settings.secret_files,
        kept_secrets=settings.kept_secrets,
        workload_gib=gib_of(said for plane in settings.data_planes.values() for said in plane.workloads.values()),
        today=datetime.now(tz=UTC).date(),
        assumed=assumptions,
    )


def _rules(scrape_interval_s: int, *, pods: bool) -> int:
    """Return how many rules a workspace evaluates, whatever the number of planes."""
    any_plane = ExpectedPlane(data_plane_id="any", environment="any", workloads={"any": 1})
    expected = expected_pack((any_plane,), scrape_interval_s=scrape_interval_s, targets={"prometheus": 1}, pods=pods)
    return sum(len(group.rules) for pack in (*packs(AlertThresholds()), expected) for group in pack.groups)


def assumed(overrides: Iterable[str]) -> Assumptions:
    """Return the assumptions with ``name=value`` ones changed; raises `CommandError` for unknown or bad ones."""
    changed: dict[str, Any] = {}
    for override in overrides:
        name, _, text = override.partition("=")
        name = name.strip().replace("-", "_")
        if name not in _NAMES:
            raise CommandError(f"{name} is not an assumption; {faults.nearest(name, _NAMES)}", remedy="use name=value")
        changed[name] = _number(name, text, whole=not isinstance(getattr(Assumptions(), name), Decimal))
    return Assumptions(**changed)


def _number(name: str, text: str, *, whole: bool) -> Decimal | int:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal(-1)
    if not number.is_finite() or number < 0 or (whole and number != int(number)):
        kind = "whole number" if whole else "number"
        raise CommandError(f"{name} is {text!r}", remedy=f"give a {kind} that is not negative")
    return int(number) if whole else number


def _settings(workspace: Workspace) -> StackSettings:
    workspace.sync()
    file = f"stacks/{workspace.stack_file.name}"
    try:
        text = workspace.stack_file.read_text()
        return parse(workspace.stack, file, read_file(text), secret=secrets_in(text), tokens_known=False)
    except pulumi.RunError as error:
        raise CommandError(str(error), remedy="fix the stack's file") from error
