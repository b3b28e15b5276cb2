"""Agents on a cluster, in front of a metrics store that somebody else keeps: they find and scrape as the store does."""

from dataclasses import dataclass

import pulumi

from components.agent import RESOURCES, agent
from components.platform import MetricsStoreSpec
from components.workload import Workload
from config.images import Image
from config.services.agent import AgentConfig, render
from infra.platforms.kubernetes.files import MountedFiles
from infra.platforms.kubernetes.flows import Outside
from infra.platforms.kubernetes.footprint import Footprint, Pods
from infra.platforms.kubernetes.naming import Naming
from infra.platforms.kubernetes.pod import PodParts
from infra.platforms.kubernetes.service import Scale, data_mounts
from infra.platforms.kubernetes.store import REPLICA, plane_namespaces, pod_name

# Both scrape everything; the store takes the samples of one of them at a time.
REPLICAS = 2
FOOTPRINT = Footprint(
    control=(Pods(containers=(RESOURCES,), scale=Scale(minimum=REPLICAS, maximum=REPLICAS), volumes=1),)
)


@dataclass(frozen=True, kw_only=True)
class RemoteWrite:
    """Where samples go: a workspace's ``endpoint`` in ``region``; ``cluster`` is what both agents are part of.

    ``store`` is where the endpoint answers on the network.
    """

    endpoint: pulumi.Output[str]
    region: str
    cluster: str
    store: Outside


def agent_workload(spec: MetricsStoreSpec, image: Image, naming: Naming, target: RemoteWrite) -> Workload:
    """Describe the agents."""

    def configured(endpoint: str) -> str:
        return render(
            AgentConfig(
                namespaces=plane_namespaces(spec, naming),
                endpoint=endpoint,
                region=target.region,
                cluster=target.cluster,
                replica=REPLICA,
                scrape_interval_s=spec.scrape_interval_s,
                scrape_timeout_s=min(5, spec.scrape_interval_s),
            )
        )

    return agent(image=image, config=target.endpoint.apply(configured))


def agent_parts(workload: Workload, image: Image, files: list[MountedFiles]) -> PodParts:
    """Return what an agent's pod has beside it: its name, and a token to find collectors."""
    return PodParts(
        image=image.pinned, files=files, data=data_mounts(workload), environment=(pod_name(),), api_token=True
    )
