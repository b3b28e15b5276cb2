"""Rules of a Managed Prometheus workspace, and its alert manager."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from config.services.managed_rules import RulesNamespace


@dataclass(frozen=True, kw_only=True)
class WorkspaceRulesArgs:
    """``rules`` for a workspace, and the definition of its alert manager (YAML).

    Rules are created once ``after`` exist: rules on absence would fire at once otherwise. ``tags`` come
    beside those that the provider puts on everything.
    """

    workspace_id: pulumi.Input[str]
    rules: tuple[RulesNamespace, ...]
    alert_manager: pulumi.Input[str]
    after: Sequence[pulumi.Resource] = ()
    tags: Mapping[str, str] | None = None


class WorkspaceRules(pulumi.ComponentResource):
    """Rule groups namespaces and the alert manager's definition of one workspace."""

    namespaces: dict[str, pulumi.Output[str]]

    def __init__(self, name: str, args: WorkspaceRulesArgs, *, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("planewatch:aws:WorkspaceRules", name, None, opts)
        made = {
            space.name: aws.amp.RuleGroupNamespace(
                f"{name}-{space.name}",
                name=space.name,
                workspace_id=args.workspace_id,
                data=space.text,
                tags=args.tags,
                opts=pulumi.ResourceOptions(parent=self, depends_on=list(args.after)),
            )
            for space in args.rules
        }
        aws.amp.AlertManagerDefinition(
            name,
            workspace_id=args.workspace_id,
            definition=args.alert_manager,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.namespaces = {space: resource.arn for space, resource in made.items()}
        self.register_outputs({"namespaces": self.namespaces})
