"""Which door a stack on a cluster opens to the network: its edge."""

import pulumi

from config.load import PROJECT, Stack


def fault(stack: Stack) -> str | None:
    """Return why the stack's edge is refused; None where nobody gets to the console by accident."""
    settings = stack.settings
    if settings.kubernetes.ingress is None:
        return None
    place = f"stacks/Pulumi.{stack.name}.yaml: {PROJECT}:kubernetes.ingress"
    return settings.control_plane.console.fault(f"{place} publishes the console")


def refuse_open_console(stack: Stack) -> None:
    """Raise ``pulumi.RunError`` for an edge by which anyone would get to the console by accident."""
    if found := fault(stack):
        raise pulumi.RunError(f"{found}; nothing was changed")
