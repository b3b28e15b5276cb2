"""What a command tells a person beside its output: on standard error, unwrapped."""

from rich.console import Console


def say(text: str) -> None:
    """Print a line."""
    Console(stderr=True, highlight=False).print(text, soft_wrap=True, markup=False)


def note(text: str) -> None:
    """Print what was found or done beside what the command was asked for."""
    say(f"note: {text}")
