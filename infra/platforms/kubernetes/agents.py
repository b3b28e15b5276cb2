"""Prometheus agents on a cluster, for a metrics store outside it: they discover and scrape as a store here would."""

from dataclasses import dataclass

import pulumi

from components.agent import agent
from components.platform import MetricsStoreSpec, Zone
from components.workload import Workload
from config.images import Image
from config.services.agent import AgentConfig, render
from infra.platforms.kubernetes.files import MountedFiles
from infra.platforms.kubernetes.flows import ExternalService
from infra.platforms.kubernetes.naming import Naming
from infra.platforms.kubernetes.pod import PodParts
from infra.platforms.kubernetes.scale import Scale
from infra.platforms.kubernetes.service import data_mounts
from infra.platforms.kubernetes.store import REPLICA, own_job, plane_namespaces, pod_name

# Both scrape everything; the store accepts the samples of one of them at a time.
SCALE = Scale.fixed(2)


@dataclass(frozen=True, kw_only=True)
class RemoteWrite:
    """Where samples go: a workspace's ``endpoint`` in ``region``; ``cluster`` is what both agents are part of.

    ``store`` is where the endpoint answers on the network.
    """

    endpoint: pulumi.Output[str]
    region: str
    cluster: str
    store: ExternalService


def agent_workload(spec: MetricsStoreSpec[Zone], image: Image, naming: Naming, target: RemoteWrite) -> Workload:
    """Describe the agents as a workload."""

    def configured(endpoint: str) -> str:
        return render(
            AgentConfig(
                namespaces=plane_namespaces(spec, naming),
                pods=True,
                static_jobs=(own_job(naming, SCALE.minimum),),
                endpoint=endpoint,
                region=target.region,
                cluster=target.cluster,
                replica=REPLICA,
                scrape_interval_s=spec.scrape_interval_s,
                scrape_timeout_s=min(5, spec.scrape_interval_s),
            )
        )

    return agent(image=image, config=target.endpoint.apply(configured), resources=spec.resources)


def agent_parts(workload: Workload, image: Image, files: list[MountedFiles]) -> PodParts:
    """Return what an agent's pod needs besides the workload: its name, and a token to discover collectors."""
    return PodParts(
        image=image.pinned, files=files, data=data_mounts(workload), environment=(pod_name(),), api_token=True
    )
