"""Amazon Managed Grafana: a workspace with users from IAM Identity Center, which may only query metrics."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.aws.account import Account
from components.aws.policy import Statement, document

_SERVICE = "grafana.amazonaws.com"
# Only ever raised: the service takes no workspace back to an earlier version.
_VERSION = "12.4"


@dataclass(frozen=True, kw_only=True)
class GrafanaArgs:
    """The permissions of the workspace's role (``statements``).

    ``workspace`` is its name in Grafana's console; ``planewatch-<stack>-<name>`` unless given.
    """

    account: Account
    statements: tuple[Statement, ...]
    workspace: str | None = None


class Grafana(pulumi.ComponentResource):
    """A Grafana workspace; ``url`` is where users sign in, once they are assigned to it.

    It is not in the stack's VPC: Grafana reaches Managed Prometheus through AWS's own network, and a workspace in a VPC
    would reach only what the VPC reaches.
    """

    url: pulumi.Output[str]

    def __init__(self, name: str, args: GrafanaArgs, *, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("planewatch:aws:Grafana", name, None, opts)
        here = pulumi.ResourceOptions(parent=self)
        account = args.account
        role = aws.iam.Role(
            name,
            name=account.named(name),
            description="Grafana's questions",
            assume_role_policy=document(
                Statement(
                    sid="Grafana",
                    actions=("sts:AssumeRole",),
                    services=(_SERVICE,),
                    # The workspace names its role when it is made, so that its own id cannot be in here yet.
                    conditions={
                        "StringEquals": {"aws:SourceAccount": account.id},
                        "StringLike": {"aws:SourceArn": account.arn("grafana", "/workspaces/*")},
                    },
                )
            ),
            opts=here,
        )
        policy = aws.iam.RolePolicy(name, name=name, role=role.id, policy=document(*args.statements), opts=here)
        workspace = aws.grafana.Workspace(
            name,
            name=args.workspace or account.named(name),
            description=f"Dashboards of {account.name}",
            account_access_type="CURRENT_ACCOUNT",
            authentication_providers=["AWS_SSO"],
            # The service's own role could ask every workspace of the account.
            permission_type="CUSTOMER_MANAGED",
            role_arn=role.arn,
            data_sources=["PROMETHEUS"],
            grafana_version=_VERSION,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        )
        self.url = pulumi.Output.concat("https://", workspace.endpoint)
        self.register_outputs({"url": self.url})
