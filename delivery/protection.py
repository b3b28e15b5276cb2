"""Refuse to destroy a stack with protected resources, and explain how to delete it on purpose.

Pulumi's own `destroy` finds out one by one: it deletes what is not protected, and then refuses the rest.
"""

import json

from delivery.errors import CommandError
from delivery.workspace import Workspace


def protected(state: str) -> tuple[str, ...]:
    """Return type and name of each protected resource of an exported state (JSON)."""
    resources = json.loads(state)["deployment"].get("resources") or ()
    return tuple(
        f"{resource['type']} {resource['urn'].rpartition('::')[2]}" for resource in resources if resource.get("protect")
    )


def refuse(state: str, workspace: Workspace) -> None:
    """Raise `CommandError` where a state holds anything protected."""
    if not (found := protected(state)):
        return
    stack = workspace.stack
    listed = "\n".join(f"    {resource}" for resource in found)
    raise CommandError(
        f"stack {stack} protects resources that hold data or that everything else needs; nothing was "
        f"deleted:\n{listed}",
        remedy=f"to delete it on purpose, with all stored metrics and logs, set `protection: deletable` under"
        f" planewatch:aws in {workspace.stack_file}, then `make up STACK={stack}` and `make down STACK={stack}`",
    )
