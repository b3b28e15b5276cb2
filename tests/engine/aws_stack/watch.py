"""A whole stack on AWS whose control plane is called otherwise than in our stacks."""

import json
import os
from dataclasses import replace
from pathlib import Path

from components.control_plane import ControlPlane
from components.data_plane import DataPlane
from config.load import Stack
from config.settings import StackSettings
from infra.platforms.eks.platform import make_platform
from infra.platforms.eks.provider import asking
from infra.topology import control_plane_args, data_plane_args
from tests.engine.aws_stack.names import NAME, SETTINGS, WATCH


def build() -> None:
    """Declare the stack of the settings that the environment names."""
    settings = StackSettings.model_validate(json.loads(Path(os.environ[SETTINGS]).read_text()))
    stack = Stack(name=os.environ[NAME], settings=settings, alert_webhook_url=None)
    with asking():
        platform = make_platform(stack, control_plane=WATCH)
    planes = [
        DataPlane(name, replace(args, control_plane=WATCH), platform=platform)
        for name, args in data_plane_args(stack).items()
    ]
    ControlPlane(WATCH, control_plane_args(stack, tuple(each.watched for each in planes)), platform=platform)
