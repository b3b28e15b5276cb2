"""The console, as a workload of the control plane."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi

from components import roles
from components.front import Access
from components.platform import MetricsStore, PlaneStore, PlaneStores
from components.probe import Probe
from components.resources import CONSOLE, Resources
from components.workload import Audience, ImageSource, Port, Workload


@dataclass(frozen=True, kw_only=True)
class ConsoleSpec:
    """What the console shows of itself, the port of the host on which people reach it, and who stands in front."""

    image: ImageSource
    published_port: int
    scrape_interval_s: int
    release: str
    stack: str
    platform: str
    proxies: int = 0
    resources: Resources = CONSOLE
    access: Access = field(default_factory=Access)


def console(
    spec: ConsoleSpec, *, environment: Mapping[str, str], sources: Mapping[str, pulumi.Output[str]]
) -> Workload:
    """Describe the console; ``environment`` and ``sources`` are the variables by which it finds the metrics."""
    return Workload(
        role=roles.CONSOLE,
        image=spec.image,
        user="10001:10001",
        ports=(Port(name="http", number=roles.CONSOLE_HTTP, audience=Audience.NETWORK, published=spec.published_port),),
        # It must have reached the metrics once. Later it stays in service without them, to say that they are missing.
        probe=Probe(path="/healthz", port="http", liveness="/healthz", startup="/readyz"),
        resources=spec.resources,
        environment={
            "PORT": str(roles.CONSOLE_HTTP),
            "SCRAPE_INTERVAL_SECONDS": str(spec.scrape_interval_s),
            "RELEASE": spec.release,
            "PLATFORM": spec.platform,
            "STACK": spec.stack,
            **({"PROXIES": str(spec.proxies)} if spec.proxies else {}),
            **spec.access.environment,
            **environment,
        },
        environment_outputs=sources,
        scratch=("/tmp",),  # noqa: S108  the folder inside the container, held in memory
    )


def sources(store: MetricsStore | PlaneStores) -> Mapping[str, pulumi.Output[str]]:
    """Return the console's variable that says where the metrics are."""
    if isinstance(store, MetricsStore):
        return {"PROMETHEUS_URL": pulumi.Output.from_input(store.inside_url)}
    return {"PROMETHEUS_URLS": pulumi.Output.json_dumps([_entry(each) for each in store.stores])}


def _entry(store: PlaneStore) -> dict[str, pulumi.Input[str]]:
    return {"environment": store.environment, "data_plane_id": store.data_plane_id, "url": store.inside_url}
