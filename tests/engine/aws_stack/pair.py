"""Two of each component of ``components.aws`` in one stack, declared as a program of somebody else's would."""

from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_aws as aws

from components.aws.account import Account
from components.aws.budget import BudgetArgs, make_budget
from components.aws.cluster import Cluster, ClusterArgs
from components.aws.grafana import Grafana, GrafanaArgs
from components.aws.identity import Identity, IdentityArgs
from components.aws.managed_prometheus import ManagedPrometheus, ManagedPrometheusArgs
from components.aws.network import Network, NetworkArgs
from components.aws.notifications import Notifications, NotificationsArgs, Subscription
from components.aws.policy import Statement
from components.aws.registry import Registry, RegistryArgs
from components.aws.scraper import Scraper, ScraperArgs
from components.aws.secret_store import DriverArgs, SecretStore, SecretStoreArgs
from components.aws.secrets import Secret, SecretArgs
from components.aws.workspace_rules import WorkspaceRules, WorkspaceRulesArgs
from config.services.managed_rules import RulesNamespace
from tests.engine.aws_stack.names import MARK, SUFFIXES
from tests.harness.aws import REGION

ACCOUNT = Account(stack="pair", region=REGION, id="123456789012")
_RULES = "groups:\n- name: some\n  rules:\n  - record: one\n    expr: vector(1)\n"


def build() -> None:
    """Declare a pair of each; every component is given its options alone: a provider and a transformation.

    Ends with RuntimeError when a component makes something after it has told its outputs.
    """
    _watch_for_latecomers()
    provider = aws.Provider("aws", region=REGION)
    opts = pulumi.ResourceOptions(provider=provider, transformations=[_marked("aws:kms/key:Key")])
    for suffix in SUFFIXES:
        _declare(suffix, opts)


def _watch_for_latecomers() -> None:
    """Refuse whatever a component makes after ``register_outputs``."""
    done: set[pulumi.Resource] = set()
    register_outputs = pulumi.ComponentResource.register_outputs

    def register(component: pulumi.ComponentResource, outputs: Any) -> None:
        done.add(component)
        register_outputs(component, outputs)

    def look(args: pulumi.ResourceTransformationArgs) -> None:
        if args.opts.parent in done:
            raise RuntimeError(f"{args.name} is made after its component told its outputs")

    pulumi.ComponentResource.register_outputs = register  # type: ignore[method-assign,assignment]  # in this program alone
    pulumi.runtime.register_stack_transformation(look)


def _marked(kind: str) -> Callable[[pulumi.ResourceTransformationArgs], pulumi.ResourceTransformationResult | None]:
    def mark(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        if args.type_ != kind:
            return None
        return pulumi.ResourceTransformationResult(props={**args.props, "tags": MARK}, opts=args.opts)

    return mark


def _declare(suffix: str, opts: pulumi.ResourceOptions) -> None:
    network = Network(
        f"network-{suffix}",
        NetworkArgs(
            account=ACCOUNT,
            cidr="10.64.0.0/20",
            nat="one",
            zones=(f"{REGION}a", f"{REGION}b"),
        ),
        opts=opts,
    )
    cluster = Cluster(
        f"cluster-{suffix}",
        ClusterArgs(
            account=ACCOUNT,
            version="1.36",
            administrators=["arn:aws:iam::123456789012:role/operators"],
            private_access_cidrs=["10.9.0.0/16"],
            subnet_ids=network.private_subnet_ids,
            service_cidr="172.20.0.0/16",
            protected=False,
            reach=(network,),
            # The simulated clusters of an account have one issuer, which IAM takes once.
            oidc=suffix == SUFFIXES[0],
        ),
        opts=opts,
    )
    hook = network.vpc_id.apply(lambda vpc: f"https://alerts.example.com/{vpc}")
    told = (
        Subscription(protocol="email", endpoint="oncall@example.com"),
        Subscription(protocol="https", endpoint=hook, name="hook"),
    )
    Notifications(f"people-{suffix}", NotificationsArgs(account=ACCOUNT, critical=told), opts=opts)
    costs = BudgetArgs(account=ACCOUNT, monthly_usd=100, emails=["costs@example.com"])
    make_budget(f"costs-{suffix}", costs, options=opts)
    Registry(f"images-{suffix}", RegistryArgs(account=ACCOUNT, names=("shop",), protected=False), opts=opts)
    _declare_metrics(suffix, cluster, network, opts)
    store = SecretStore(
        f"secrets-{suffix}",
        SecretStoreArgs(
            account=ACCOUNT,
            driver=DriverArgs(cluster=cluster.name, version="1.36", by="pod-identity", after=cluster.ready),
        ),
        opts=opts,
    )
    secret = Secret(
        f"token-{suffix}",
        SecretArgs(
            account=ACCOUNT,
            path=f"{ACCOUNT.name}/token-{suffix}",
            description="a token",
            value=pulumi.Output.secret("0123456789abcdef"),
            key_arn=store.key_arn,
            recoverable=False,
        ),
        opts=opts,
    )
    Identity(
        f"reader-{suffix}",
        IdentityArgs(
            account=ACCOUNT,
            cluster=cluster.name,
            cluster_arn=cluster.arn,
            namespace="shop",
            service_account="shop",
            statements=secret.readable(),
        ),
        opts=opts,
    )


def _declare_metrics(suffix: str, cluster: Cluster, network: Network, opts: pulumi.ResourceOptions) -> None:
    workspace = ManagedPrometheus(
        f"metrics-{suffix}",
        ManagedPrometheusArgs(account=ACCOUNT, alias=f"{ACCOUNT.name}-{suffix}", protected=False),
        opts=opts,
    )
    WorkspaceRules(
        f"rules-{suffix}",
        WorkspaceRulesArgs(
            workspace_id=workspace.workspace_id,
            rules=(RulesNamespace(name="some", text=_RULES),),
            alert_manager="alertmanager_config: |\n  route:\n    receiver: none\n  receivers:\n    - name: none\n",
        ),
        opts=opts,
    )
    writes = Statement(sid="Write", actions=("aps:RemoteWrite",), resources=(workspace.arn,))
    asks = Statement(sid="Ask", actions=("aps:QueryMetrics",), resources=(workspace.arn,))
    Scraper(
        f"scraper-{suffix}",
        ScraperArgs(
            account=ACCOUNT,
            cluster_arn=cluster.arn,
            subnet_ids=network.private_subnet_ids,
            security_group_ids=(cluster.security_group_id,),
            workspace_arn=workspace.arn,
            statements=(writes,),
            configuration="global:\n  scrape_interval: 30s\nscrape_configs:\n- job_name: pods\n",
            after=cluster.ready,
        ),
        opts=opts,
    )
    Grafana(f"grafana-{suffix}", GrafanaArgs(account=ACCOUNT, statements=(asks,)), opts=opts)
