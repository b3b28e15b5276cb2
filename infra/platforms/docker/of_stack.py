"""The Docker platform of a stack, from what the stack says."""

import pulumi

from config.load import PROJECT, Stack
from config.settings import CONTROL_ZONE
from infra.images import resolve
from infra.platforms.docker import cpus
from infra.platforms.docker.addresses import Addresses
from infra.platforms.docker.platform import DockerPlatform, DockerPlatformArgs
from infra.platforms.docker.published import machine_of, opened_at
from infra.platforms.docker.reach import engine_of_stack, refuse_out_of_reach


def docker_platform(stack: Stack) -> DockerPlatform:
    """Return the platform for ``stack``.

    Raises ``pulumi.RunError`` before anything is declared if zones collide, a CPU limit cannot be set, or nobody would
    reach what the stack publishes, or anyone by accident.
    """
    if faults := _cpu_faults(stack):
        raise pulumi.RunError("the stack does not fit Docker:\n" + "\n".join(f"  - {fault}" for fault in faults))
    settings, images = stack.settings, resolve(stack.settings.images)
    bind_address, engine = str(settings.docker.bind_address), engine_of_stack()
    refuse_out_of_reach(bind_address, engine)
    _refuse_open_console(stack)
    try:
        addresses = Addresses(settings.docker.address_pool, stack.name)
        for zone in sorted((CONTROL_ZONE, *settings.data_planes)):
            addresses.of(zone)
    except ValueError as error:
        raise pulumi.RunError(f"{PROJECT}:docker.addressPool: {error}") from None
    return DockerPlatform(
        stack.name,
        DockerPlatformArgs(
            bind_address=bind_address,
            machine=machine_of(engine),
            address_pool=settings.docker.address_pool,
            keep_data=settings.data == "keep",
            prometheus_image=images.prometheus,
            utility_image=images.utility,
        ),
    )


def _refuse_open_console(stack: Stack) -> None:
    """Raise ``pulumi.RunError`` for published ports by which anyone would get to the console by accident."""
    where = opened_at(str(stack.settings.docker.bind_address))
    place = f"stacks/Pulumi.{stack.name}.yaml: {PROJECT}:docker.bindAddress is {where}"
    if where is not None and (found := stack.settings.control_plane.console.fault(place)):
        raise pulumi.RunError(f"{found}; nothing was changed")


def _cpu_faults(stack: Stack) -> list[str]:
    return [
        f"stacks/Pulumi.{stack.name}.yaml: {PROJECT}:{place}.cpus {fault}"
        for place, limits in stack.settings.limits()
        if (fault := cpus.fault(limits.cpus))
    ]
