"""A managed collector: AWS scrapes a cluster and writes to one workspace."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.aws.account import Account
from components.aws.policy import Statement, document

_SERVICE = "scraper.aps.amazonaws.com"


@dataclass(frozen=True, kw_only=True)
class ScraperArgs:
    """A collector for the cluster ``cluster_arn``, in subnets and security groups with access to its pods.

    ``configuration`` is YAML; ``statements`` allow writing to the workspace ``workspace_arn`` only. It is
    named ``alias``; ``planewatch-<stack>-<name>`` unless given.
    """

    account: Account
    cluster_arn: pulumi.Input[str]
    subnet_ids: tuple[pulumi.Input[str], ...]
    security_group_ids: tuple[pulumi.Input[str], ...]
    workspace_arn: pulumi.Input[str]
    statements: tuple[Statement, ...]
    configuration: pulumi.Input[str]
    after: tuple[pulumi.Resource, ...] = ()
    alias: str | None = None


class Scraper(pulumi.ComponentResource):
    """A collector with an interface in each subnet of the cluster, in the security group of its nodes.

    Managed Prometheus creates its access entry for the cluster, with AWS's policy ``AmazonPrometheusScraperPolicy``:
    EKS lets nobody else create one for a service-linked role, or narrow it. The service-linked role cannot write to a
    workspace with a key of the stack, for which AWS requires two roles: one that the collector assumes and one that may
    write.
    """

    arn: pulumi.Output[str]

    def __init__(self, name: str, args: ScraperArgs, *, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("planewatch:aws:Scraper", name, None, opts)
        account = args.account
        # The roles exist before the collector, so they cannot contain its ID.
        scrapers = account.arn("aps", "scraper/*")
        source = self._role(
            f"{name}-source",
            "The managed collector",
            Statement(
                sid="Collector",
                actions=("sts:AssumeRole",),
                services=(_SERVICE,),
                conditions={
                    "StringEquals": {"aws:SourceAccount": account.id},
                    "ArnLike": {"aws:SourceArn": scrapers},
                },
            ),
            account,
        )
        target = self._role(
            f"{name}-target",
            "What the managed collector writes as",
            Statement(
                sid="Collector",
                actions=("sts:AssumeRole",),
                accounts=(source.arn,),
                conditions={"StringLike": {"sts:ExternalId": scrapers}},
            ),
            account,
        )
        may_become = Statement(sid="BecomeWriter", actions=("sts:AssumeRole",), resources=(target.arn,))
        allowed = [
            self._allow(f"{name}-source", source, may_become),
            self._allow(f"{name}-target", target, *args.statements),
        ]
        scraper = aws.amp.Scraper(
            name,
            alias=args.alias or account.named(name),
            scrape_configuration=args.configuration,
            source=aws.amp.ScraperSourceArgs(
                eks=aws.amp.ScraperSourceEksArgs(
                    cluster_arn=args.cluster_arn,
                    subnet_ids=list(args.subnet_ids),
                    security_group_ids=list(args.security_group_ids),
                )
            ),
            destination=aws.amp.ScraperDestinationArgs(
                amp=aws.amp.ScraperDestinationAmpArgs(workspace_arn=args.workspace_arn)
            ),
            role_configuration=aws.amp.ScraperRoleConfigurationArgs(
                source_role_arn=source.arn, target_role_arn=target.arn
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[*allowed, *args.after]),
        )
        self.arn = scraper.arn
        self.register_outputs({"arn": self.arn})

    def _role(self, name: str, purpose: str, trust: Statement, account: Account) -> aws.iam.Role:
        return aws.iam.Role(
            name,
            name=account.named(name),
            description=purpose,
            assume_role_policy=document(trust),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _allow(self, name: str, role: aws.iam.Role, *statements: Statement) -> aws.iam.RolePolicy:
        return aws.iam.RolePolicy(
            name, name=name, role=role.id, policy=document(*statements), opts=pulumi.ResourceOptions(parent=self)
        )
