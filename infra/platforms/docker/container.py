"""A workload as a hardened container."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_docker as docker

from components.workload import Workload
from infra.platforms.docker import cpus
from infra.platforms.docker.data import KeptVolume
from infra.platforms.docker.engine import Engine
from infra.platforms.docker.files import FileVolume
from infra.platforms.docker.health import healthcheck
from infra.platforms.docker.zone import DockerZone

_READY_TIMEOUT = 90
_STOP_TIMEOUT = 20


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A network and, where it must not move, the address on it."""

    network: docker.Network
    address: str | None = None


@dataclass(frozen=True, kw_only=True)
class ContainerSpec:
    """Everything about one container that is not in its workload; ``name`` is what it is called in its zone."""

    zone: DockerZone
    name: str
    workload: Workload
    image: pulumi.Output[str]
    attachments: Sequence[Attachment]
    files: Sequence[FileVolume]
    data: Sequence[KeptVolume]
    bind_address: str


def make_container(
    spec: ContainerSpec,
    engine: Engine,
    *,
    parent: pulumi.Resource,
    after: Sequence[pulumi.Input[pulumi.Resource]] = (),
) -> docker.Container:
    """Make the container once ``after`` are there, and wait until its probe answers.

    Raises ValueError for a CPU limit that no container can have.
    """
    described, workload = describe(spec, engine), spec.workload
    described.ports = [
        docker.ContainerPortArgs(internal=port.number, external=port.published, ip=spec.bind_address)
        for port in workload.ports
        if port.published is not None
    ]
    described.healthcheck = healthcheck(workload)
    described.restart = "unless-stopped"
    described.wait = True
    described.wait_timeout = _READY_TIMEOUT
    return docker.Container(f"{spec.zone.spec.name}-{spec.name}", described, opts=options(spec, engine, parent, after))


def describe(spec: ContainerSpec, engine: Engine) -> docker.ContainerArgs:
    """Describe a hardened container with what its workload needs; when it starts and ends is not said."""
    zone, workload, naming = spec.zone.spec.name, spec.workload, engine.naming
    return docker.ContainerArgs(
        name=naming.service(zone, spec.name),
        image=spec.image,
        command=list(workload.command),
        envs=[
            *(f"{key}={value}" for key, value in sorted(workload.environment.items())),
            *(pulumi.Output.concat(key, "=", value) for key, value in sorted(workload.environment_outputs.items())),
        ],
        user=workload.user,
        read_only=True,
        capabilities=docker.ContainerCapabilitiesArgs(drops=["ALL"]),
        security_opts=["no-new-privileges"],
        memory=workload.resources.memory_mib,
        # The same: no swap. Left out, the official plugin would preview a change for ever.
        memory_swap=workload.resources.memory_mib,
        cpus=cpus.written(workload.resources.cpus),
        # 64 MiB: enough for temporary files, and too little to fill the machine's memory.
        tmpfs=dict.fromkeys(workload.scratch, "rw,noexec,nosuid,size=64m"),
        networks_advanced=[
            docker.ContainerNetworksAdvancedArgs(name=entry.network.name, ipv4_address=entry.address)
            for entry in spec.attachments
        ],
        mounts=[
            *(
                docker.ContainerMountArgs(
                    type="volume", source=filled.volume.name, target=filled.folder, read_only=True
                )
                for filled in spec.files
            ),
            *(kept.mount for kept in spec.data),
        ],
        stop_timeout=_STOP_TIMEOUT,
        destroy_grace_seconds=_STOP_TIMEOUT,
        log_driver="json-file",
        log_opts={"max-file": "3", "max-size": "10m"},
        labels=naming.container_labels(zone, spec.name),
    )


def options(
    spec: ContainerSpec,
    engine: Engine,
    parent: pulumi.Resource,
    after: Sequence[pulumi.Input[pulumi.Resource]] = (),
) -> pulumi.ResourceOptions:
    """Return the options of a container that starts once its files and ``after`` are there."""
    carriers = [*(filled.carrier for filled in spec.files), *(kept.carrier for kept in spec.data if kept.carrier)]
    needed: list[pulumi.Input[pulumi.Resource]] = [*carriers, *after]
    # Name, ports and addresses cannot be held twice.
    own = pulumi.ResourceOptions(delete_before_replace=True, depends_on=needed)
    return engine.options(parent, own)
