"""A shop with a stock of its own, and a data plane of planewatch that runs the shop's API beside it."""

import pulumi
import pulumi_docker as docker
from planewatch.components.application import ApplicationArgs
from planewatch.components.data_plane import DataPlane, DataPlaneArgs
from planewatch.config.images import UTILITY
from planewatch.infra.platforms.docker.platform import DockerPlatform

config = pulumi.Config()

# The shop's own: what stands in its network is no business of the data plane.
network = docker.Network("backend")
stock = docker.Container(
    "stock",
    image=docker.RemoteImage("httpd", name=UTILITY.pinned, keep_locally=True).image_id,
    command=["/bin/busybox", "httpd", "-f", "-p", "8080"],
    networks_advanced=[docker.ContainerNetworksAdvancedArgs(name=network.name)],
    must_run=True,
)

# The engine of the Docker provider. The name tells what planewatch makes from what others have there.
platform = DockerPlatform(f"shop-{pulumi.get_stack()}")
plane = DataPlane(
    "eu",
    DataPlaneArgs(
        applications={
            "api": ApplicationArgs(
                image=config.require("apiImage"),
                # A value that one of the shop's own resources gives.
                environment={"STOCK_NAME": stock.name},
            )
        },
        api_port=config.require_int("apiPort"),
        otlp_http_port=config.require_int("otlpHttpPort"),
        environment="production",
    ),
    platform=platform,
)

pulumi.export("api_url", plane.api_url)
pulumi.export("otlp_http_url", plane.otlp_http_url)
pulumi.export("stock", stock.name)
