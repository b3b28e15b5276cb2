"""How every program of a part of a stack on AWS begins: its settings, its account, its cluster."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pulumi

from components.aws.account import Account
from components.aws.running_cluster import RunningCluster
from config.aws.settings import AwsSettings
from config.load import Stack
from config.settings import StackSettings
from infra.platforms.eks.clusters import choose_cluster
from infra.platforms.eks.provider import asking, find_account, make_provider
from tests.engine.aws_stack.names import NAME, SETTINGS


@dataclass(frozen=True, kw_only=True)
class Begun:
    """What everything else is made with."""

    settings: StackSettings
    aws: AwsSettings
    account: Account
    cluster: RunningCluster
    options: pulumi.ResourceOptions

    @classmethod
    def of_environment(cls) -> Self:
        """Read the settings that the environment names; make the provider, and the cluster unless it is there."""
        settings = StackSettings.model_validate(json.loads(Path(os.environ[SETTINGS]).read_text()))
        said = settings.aws
        assert said is not None
        stack = Stack(name=os.environ[NAME], settings=settings, alert_webhook_url=None)
        provider = make_provider(stack, said)
        with asking():
            account = find_account(stack, said, provider)
            cluster = choose_cluster(said, account, provider)
        options = pulumi.ResourceOptions(provider=provider)
        return cls(settings=settings, aws=said, account=account, cluster=cluster, options=options)
