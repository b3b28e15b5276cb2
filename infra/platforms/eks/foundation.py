"""A stack's AWS resources, without anything on the cluster: the AWS half of the program, and of its tests."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pulumi

from components.application import secret_file
from components.aws.account import Account
from components.aws.budget import BudgetArgs, make_budget
from components.aws.grafana import Grafana, GrafanaArgs
from components.aws.identity import Identity
from components.aws.notifications import Notifications, NotificationsArgs, Subscription
from components.aws.registry import Registry, RegistryArgs
from components.aws.running_cluster import RunningCluster
from components.collector import token_file
from components.platform import ZoneSpec
from components.roles import COLLECTOR
from config import secret_files
from config.aws import notifications as said
from config.aws.settings import AwsSettings
from config.images import APPS
from config.load import Stack
from config.settings import CONTROL_ZONE
from infra.platforms.eks.clusters import choose_cluster
from infra.platforms.eks.identities import Roles
from infra.platforms.eks.metrics import Metrics, make_metrics
from infra.platforms.eks.provider import find_account, make_provider
from infra.platforms.eks.renames import earlier_children, earlier_in
from infra.platforms.eks.scraper import make_scraper
from infra.platforms.eks.secret_store import make_secret_store
from infra.platforms.eks.secrets import SecretsManager, SensitiveFiles, keep_files
from infra.platforms.eks.stored import Found, find
from infra.platforms.kubernetes import from_settings
from infra.platforms.kubernetes.naming import Naming


@dataclass(frozen=True, kw_only=True)
class Foundation:
    """Handles of a stack's AWS resources; ``identities`` are those of its pods, by zone and role."""

    account: Account
    cluster: RunningCluster
    metrics: Metrics
    secrets: SecretsManager
    identities: Mapping[tuple[str, str], Identity]
    options: pulumi.ResourceOptions

    def identities_in(self, zone: str) -> dict[str, Identity]:
        """Return the identities of a zone's pods, by role."""
        return {role: identity for (where, role), identity in self.identities.items() if where == zone}


def lay_foundation(stack: Stack, settings: AwsSettings, *, control_plane: str = CONTROL_ZONE) -> Foundation:
    """Make everything of a stack that is on AWS; ``control_plane`` names its control plane.

    Raises ``pulumi.RunError`` for what the account does not have.
    """
    control = ZoneSpec(name=control_plane)
    naming = Naming(stack=stack.name, release=stack.settings.release, control=control_plane)
    provider = make_provider(stack, settings)
    options = pulumi.ResourceOptions(provider=provider)
    account = find_account(stack, settings, provider)
    planes = [
        ZoneSpec(name=name, environment=plane.environment or name)
        for name, plane in sorted(stack.settings.data_planes.items())
    ]
    # Before anything is created, which a secret that is not there would leave half made.
    asked = pulumi.InvokeOptions(provider=provider)
    found = {key: secrets for plane in planes for key, secrets in _found(stack, plane, asked)}
    cluster = choose_cluster(settings, account, provider, secrets=stack.settings.has_secret_files)
    people = Notifications(
        "notifications",
        NotificationsArgs(
            account=account,
            critical=_subscriptions(settings.notifications.critical),
            warning=_subscriptions(settings.notifications.warning),
            prefix=account.name,
        ),
        opts=pulumi.ResourceOptions.merge(options, earlier_children("notifications")),
    )
    if settings.registry:
        _make_registry(account, settings, options)
    if settings.budget:
        monthly_usd, emails = settings.budget.monthly_usd, settings.budget.emails
        budget = BudgetArgs(account=account, monthly_usd=monthly_usd, emails=emails, called=account.name)
        make_budget("budget", budget, options=options)
    kept = stack.settings.data == "keep"
    metrics = make_metrics(account, settings, planes, people.topics, control=control, kept=kept, options=options)
    if settings.metrics.collection == "scraper":
        interval_s = stack.settings.control_plane.scrape_interval_seconds
        make_scraper(metrics, cluster, planes, naming, interval_s)
    if settings.grafana:
        Grafana(
            "grafana",
            GrafanaArgs(account=account, statements=(metrics.may_ask,), workspace=account.name),
            opts=pulumi.ResourceOptions.merge(options, earlier_in(control)),
        )
    secrets = _keep_secrets(stack, settings, account, cluster, planes, found=found, options=options)
    roles = Roles(account=account, by=settings.identity, cluster=cluster, naming=naming, options=options)
    return Foundation(
        account=account,
        cluster=cluster,
        metrics=metrics,
        secrets=secrets,
        identities=_bind_roles(roles, metrics, secrets, planes),
        options=options,
    )


def _subscriptions(settings: Sequence[said.Subscription]) -> list[Subscription]:
    return [Subscription(protocol=one.protocol, endpoint=one.endpoint) for one in settings]


def _make_registry(account: Account, settings: AwsSettings, options: pulumi.ResourceOptions) -> None:
    args = RegistryArgs(
        account=account,
        names=tuple(app.name for app in APPS),
        protected=settings.protection == "protected",
        prefix=account.name,
    )
    Registry("registry", args, opts=pulumi.ResourceOptions.merge(options, earlier_children("registry")))


def _keep_secrets(
    stack: Stack,
    settings: AwsSettings,
    account: Account,
    cluster: RunningCluster,
    planes: list[ZoneSpec],
    *,
    found: Mapping[tuple[str, str], Mapping[str, Found]],
    options: pulumi.ResourceOptions,
) -> SecretsManager:
    """Store tokens of remote planes and secrets of services; a stack without any has neither key nor driver."""
    sensitive = [one for plane in planes for one in _sensitive(stack, plane)]
    if not sensitive and not found:
        return SecretsManager(region=account.region, by=settings.identity)
    tolerations = from_settings.tolerations(stack.settings.kubernetes)
    store = make_secret_store(account, settings, tolerations, cluster, options=options)
    recoverable = settings.protection == "protected"
    return keep_files(
        sensitive, account, store, by=settings.identity, recoverable=recoverable, found=found, options=options
    )


def _sensitive(stack: Stack, plane: ZoneSpec) -> Iterator[SensitiveFiles]:
    """Yield the sensitive files of each workload of a plane that has any."""
    if token := stack.otlp_tokens.get(plane.name):
        yield SensitiveFiles(zone=plane, role=COLLECTOR, files=(token_file(token),))
    for role, workload in stack.settings.data_planes[plane.name].workloads.items():
        if named := secret_files.of_stack(workload.secret_files):
            files = tuple(secret_file(variable, stack.secrets[name]) for variable, name in named.items())
            yield SensitiveFiles(zone=plane, role=role, files=files)


def _found(
    stack: Stack, plane: ZoneSpec, asked: pulumi.InvokeOptions
) -> Iterator[tuple[tuple[str, str], dict[str, Found]]]:
    """Yield the existing secrets of each workload of a plane that has any, by zone and role."""
    for role, workload in stack.settings.data_planes[plane.name].workloads.items():
        place = f"dataPlanes.{plane.name}.workloads.{role}.secretFiles"
        named = secret_files.of_secrets_manager(workload.secret_files)
        if named:
            found = {said.secret: find(f"{place}.{name}", said.secret, asked) for name, said in named.items()}
            yield (plane.name, role), found


def _bind_roles(
    roles: Roles, metrics: Metrics, secrets: SecretsManager, planes: list[ZoneSpec]
) -> dict[tuple[str, str], Identity]:
    """Bind a role to each workload that has permissions."""
    rights = metrics.rights()
    for plane in planes:
        for role in secrets.readers(plane.name):
            rights[plane, role] = (*rights.get((plane, role), ()), *secrets.readable(plane.name, role))
    return {(zone.name, role): roles.bind_role(role, zone, allowed) for (zone, role), allowed in rights.items()}
