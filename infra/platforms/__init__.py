"""Where a topology can run. Each platform imports its provider's SDK by itself, and only when it is chosen."""

from typing import TYPE_CHECKING, Any, assert_never

if TYPE_CHECKING:
    # Pulumi's SDK takes 0.5 s, and commands that only ask a cluster do without.
    from components.platform import Platform
    from config.load import Stack


def choose(stack: "Stack") -> "Platform[Any]":
    """Return the platform that the stack names; the only place that tells platforms apart.

    Only the stack file says which platform it is, so the type of its zones is not known here.
    """
    match stack.settings.platform:
        case "docker":
            from infra.platforms.docker.of_stack import docker_platform  # noqa: PLC0415  0.6 s, and only if chosen
            from infra.platforms.docker.ports import refuse_taken_ports  # noqa: PLC0415
            from infra.platforms.docker.reach import refuse_missing_engine  # noqa: PLC0415

            refuse_missing_engine()
            refuse_taken_ports(stack)
            return docker_platform(stack)
        case "kubernetes":
            from infra.platforms.kubernetes.doors import refuse_open_console  # noqa: PLC0415
            from infra.platforms.kubernetes.of_stack import kubernetes_platform  # noqa: PLC0415  as above, 1.2 s
            from infra.platforms.kubernetes.preflight import refuse_unfit_cluster  # noqa: PLC0415

            refuse_open_console(stack)
            refuse_unfit_cluster(stack)
            return kubernetes_platform(stack)
        case "eks":
            from infra.platforms.eks.platform import make_platform  # noqa: PLC0415  as above, 2 s
            from infra.platforms.eks.provider import asking  # noqa: PLC0415

            with asking():
                return make_platform(stack)
        case other:
            assert_never(other)
