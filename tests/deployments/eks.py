"""A stack of two planes on EKS: the AWS API simulated, its cluster the local one, its metrics behind signatures."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pulumi

from components import roles
from components.platform import MetricsStoreSpec, Zone
from components.workload import Workload
from config.images import APPS, PROMETHEUS
from config.settings import CONTROL_ZONE
from delivery import cluster as development
from infra.platforms.kubernetes.agents import RemoteWrite, agent_workload
from infra.platforms.kubernetes.flows import ExternalService
from tests.deployments import Role
from tests.deployments.declared import declared
from tests.deployments.kubernetes import FAILING, FLAWLESS, PLANES, KubernetesDeployment
from tests.harness.aws import REGION
from tests.harness.eks.account import EksAccount, eks_account
from tests.harness.eks.asking import Signed
from tests.harness.eks.node import VPC_CIDR
from tests.harness.eks.subscriber import Subscriber, subscriber
from tests.harness.forwarding import Forwards
from tests.harness.kubernetes import OnCluster, cluster_settings
from tests.harness.managed_prometheus.identities import role_arn
from tests.harness.prometheus import Store
from tests.harness.pulumi import ROOT, PulumiStack, stack_name
from tests.harness.reporting import Figures
from tests.harness.settings import Settings
from toolchain import cluster
from toolchain.obtain.cache import Cache


@dataclass(kw_only=True)
class EksDeployment(KubernetesDeployment):
    """A stack on the simulated account; pods and their telemetry are real."""

    account: EksAccount
    # Is told of critical alerts.
    subscriber: Subscriber
    platform: str = "eks (simulated AWS)"
    # There is no Alertmanager to read: the workspace has one.
    own_jobs: frozenset[str] = frozenset({"prometheus"})
    lists_pods: bool = True

    @property
    def store(self) -> Store:
        """The workspace, asked through its frontend with the console's role."""
        credentials = self.account.identities.issue(role_arn(f"planewatch-{self.stack.name}-{roles.CONSOLE}"))
        return Store(url=self.outputs.query_url.rstrip("/"), auth=Signed(credentials, REGION))

    def url(self, name: str) -> str:
        """Return the documented way; Managed Prometheus answers where the stack says."""
        return self.outputs.query_url if name == "query" else super().url(name)

    def workloads(self) -> dict[Role, Workload]:
        """Return every workload; in place of a store there are agents."""
        target = RemoteWrite(
            endpoint=pulumi.Output.from_input("http://workspace.example/"),
            region=REGION,
            cluster=self.stack.name,
            store=ExternalService(name="aws", cidrs=(), ports=()),
        )

        def store(spec: MetricsStoreSpec[Zone]) -> tuple[Workload, ...]:
            return (agent_workload(spec, PROMETHEUS, self.naming, target),)

        return declared(self.settings, copies=0, store=store)


def eks_settings(on_cluster: Settings) -> Settings:
    """Return settings for platform eks beside those that the local cluster needs."""
    return {
        **on_cluster,
        "platform": "eks",
        # The local cluster has no disks of AWS.
        "kubernetes": {"storageClass": "local", "storageSize": "1Gi"},
        "aws": {
            "region": REGION,
            "ownership": {"owner": "platform-team", "costCenter": "observability"},
            "network": {"cidr": VPC_CIDR, "zones": 2, "nat": "one"},
            "registry": False,
            "protection": "deletable",
        },
        # They are on the node already.
        "images": {app.name: {"reference": app.reference(ROOT)} for app in APPS},
    }


@contextmanager
def deployed(folder: Path, figures: Figures) -> Iterator[EksDeployment]:
    """Deploy two planes under a name of their own; remove everything at the end, whatever happened."""
    development.up(ROOT)
    found = cluster.up(Cache.of(os.environ))
    variables = {FAILING: {"ERROR_RATE": "1"}, FLAWLESS: {"ERROR_RATE": "0", "ENABLE_SLOW_REQUESTS": "false"}}
    settings = eks_settings(cluster_settings(found, PLANES, variables=variables))
    name = stack_name("eks")
    zones = (*PLANES, CONTROL_ZONE)
    with ExitStack() as at_end:
        namespaces = tuple(f"planewatch-{name}-{zone}" for zone in zones)
        account = at_end.enter_context(eks_account(folder, found, f"planewatch-{name}", namespaces))
        queue = subscriber(account.aws.client("sqs"), f"{name}-alerts")
        settings["aws"]["notifications"] = {"critical": [{"protocol": "sqs", "endpoint": queue.arn}]}
        stack = PulumiStack(name=name, folder=folder, variables=account.variables)
        stack.write(settings)
        stack.select()
        at_end.callback(lambda: stack.destroy().succeeded())
        forwards = Forwards(environment={"KUBECONFIG": account.cluster.kubeconfig})
        at_end.callback(forwards.close)
        deployment = EksDeployment(
            stack=stack,
            cluster=OnCluster(stack=stack, cluster=account.cluster),
            forwards=forwards,
            account=account,
            subscriber=queue,
            settings=settings,
            figures=figures,
            planes=PLANES,
            failing=FAILING,
            flawless=FLAWLESS,
        )
        deployment.restore()
        yield deployment
