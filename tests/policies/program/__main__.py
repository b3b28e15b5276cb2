"""A plane with one container, good but for what the configuration changes."""

import pulumi
import pulumi_docker as docker

STACK = pulumi.get_stack()
config = pulumi.Config("sample")


def labels(role: str) -> dict[str, str]:
    return {"planewatch.stack": STACK, "planewatch.data_plane_id": "prod", "planewatch.role": role}


network = docker.Network(
    "prod",
    name=f"planewatch-{STACK}-prod",
    labels=[docker.NetworkLabelArgs(label=k, value=v) for k, v in labels("network").items()],
)
# An id is known only once the network exists.
user = network.id.apply(lambda _: "65532:65532") if config.get_bool("unknownUser") else config.get("user")
docker.Container(
    "prod-api",
    name=f"planewatch-{STACK}-prod-api",
    image="sha256:" + "3f2a9b1c" * 8,
    user=user,
    read_only=True,
    capabilities=docker.ContainerCapabilitiesArgs(drops=["ALL"]),
    security_opts=["no-new-privileges"],
    memory=64,
    cpus="0.5",
    healthcheck=docker.ContainerHealthcheckArgs(tests=["CMD", "/probe"]),
    envs=pulumi.Output.secret(["PORT=8000", f"DB_PASSWORD={config.get('password') or ''}"]),
    networks_advanced=[docker.ContainerNetworksAdvancedArgs(name=config.get("network") or network.name)],
    labels=[docker.ContainerLabelArgs(label=k, value=v) for k, v in labels("api").items() if config.get(k) != "none"],
)
