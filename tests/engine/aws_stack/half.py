"""The AWS half of a stack as a program of its own: what the platform lays on AWS, without an object on the cluster."""

import json
import os
from pathlib import Path

import pulumi

from config.load import Stack
from config.packs.alerts import AlertThresholds
from config.packs.catalogue import packs
from config.packs.model import render_rules
from config.settings import CONTROL_ZONE, StackSettings
from infra.platforms.eks.checks import required_settings
from infra.platforms.eks.foundation import lay_foundation
from infra.platforms.eks.provider import asking
from infra.platforms.eks.workspaces import rules_of
from tests.engine.aws_stack.names import NAME, SETTINGS

_INTERVAL_S = 10
_RULES = render_rules(packs(AlertThresholds(error_ratio=0.05, latency_p95_s=0.5, scrape_interval_s=_INTERVAL_S)))


def build() -> None:
    """Make the resources of the settings that the environment names; tokens are in the project's configuration."""
    settings = StackSettings.model_validate(json.loads(Path(os.environ[SETTINGS]).read_text()))
    config = pulumi.Config()
    tokens = {plane: config.require_secret(plane) for plane in settings.remote_planes}
    stack = Stack(name=os.environ[NAME], settings=settings, alert_webhook_url=None, otlp_tokens=tokens)
    with asking():
        foundation = lay_foundation(stack, required_settings(stack))
    metrics = foundation.metrics
    for zone, workspace in metrics.workspaces.items():
        rules = _RULES if zone == CONTROL_ZONE else rules_of(workspace.zone, _RULES, _INTERVAL_S)
        metrics.attach_rules(zone, rules)
