"""Options that several commands share, and their shell completion."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from delivery.workspace import Workspace

ROOT = Path(__file__).resolve().parents[1]
STACK_VARIABLE = "STACK"
DEFAULT_STACK = "local"
_FOLDERS = "Folders"


def _stacks(context: typer.Context, incomplete: str) -> list[str]:
    from delivery.workspace import stack_names  # noqa: PLC0415  only a completion needs it

    folder = context.params.get("stacks") or ROOT / "stacks"
    return [name for name in stack_names(Path(folder)) if name.startswith(incomplete)]


Stack = Annotated[
    str,
    typer.Option("--stack", "-s", envvar=STACK_VARIABLE, help="Name of the stack.", autocompletion=_stacks),
]
Stacks = Annotated[
    Path | None,
    typer.Option(
        "--stacks",
        metavar="DIR",
        envvar="PLANEWATCH_STACKS",
        show_default="stacks/ of the checkout",
        help="Folder of the stack files (Pulumi.STACK.yaml).",
        rich_help_panel=_FOLDERS,
    ),
]
State = Annotated[
    Path | None,
    typer.Option(
        "--state",
        metavar="DIR",
        envvar="PLANEWATCH_STATE",
        show_default=".state/ of the checkout",
        help="Folder for state, passphrase and working copies; created when missing.",
        rich_help_panel=_FOLDERS,
    ),
]


def workspace_of(stack: str, stacks: Path | None, state: Path | None) -> "Workspace":
    """Return the workspace that these options name."""
    from delivery.workspace import Workspace  # noqa: PLC0415  0.3 s that `--help` does not need

    return Workspace.of(ROOT, stack, stacks=stacks, state=state)


def example(*lines: str) -> str:
    """Return the examples at the end of a command's help, one per line."""
    return "\n\n".join(["[bold]Example[/]", *(f"[cyan]{line}[/]" for line in lines)])
