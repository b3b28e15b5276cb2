"""A zone on Docker: a network of its own and, for a data plane, an internal one on which it is scraped."""

from dataclasses import dataclass

import pulumi
import pulumi_docker as docker

from components.platform import ZoneSpec
from infra.platforms.docker.addresses import ZoneAddresses
from infra.platforms.docker.engine import Engine


@dataclass(frozen=True, kw_only=True)
class DockerZone:
    """Handle of a zone. One telemetry network for all planes would let their collectors reach each other."""

    spec: ZoneSpec
    addresses: ZoneAddresses
    network: docker.Network
    scrape_network: docker.Network | None


def make_zone(spec: ZoneSpec, addresses: ZoneAddresses, engine: Engine, *, parent: pulumi.Resource) -> DockerZone:
    """Make the networks of a zone; only a data plane (a zone with an environment) is scraped from outside."""
    own = docker.Network(
        f"{spec.name}-network",
        name=engine.naming.zone(spec.name),
        driver="bridge",
        ipam_configs=[docker.NetworkIpamConfigArgs(subnet=str(addresses.own), gateway=str(addresses.own[1]))],
        labels=engine.naming.network_labels(spec.name, "network"),
        opts=_options(engine, parent),
    )
    scrape = None
    if spec.environment is not None:
        subnet = addresses.scrape
        scrape = docker.Network(
            f"{spec.name}-scrape-network",
            name=engine.naming.scrape(spec.name),
            driver="bridge",
            internal=True,
            ipam_configs=[docker.NetworkIpamConfigArgs(subnet=str(subnet), gateway=str(subnet[1]))],
            labels=engine.naming.network_labels(spec.name, "scrape"),
            opts=_options(engine, parent),
        )
    return DockerZone(spec=spec, addresses=addresses, network=own, scrape_network=scrape)


def _options(engine: Engine, parent: pulumi.Resource) -> pulumi.ResourceOptions:
    # Two networks of one name or one subnet cannot stand side by side.
    return engine.options(parent, pulumi.ResourceOptions(delete_before_replace=True))
