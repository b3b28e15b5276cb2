"""A command's messages besides its output: on standard error, unwrapped."""

from rich.console import Console


def say(text: str) -> None:
    """Print a line."""
    Console(stderr=True, highlight=False).print(text, soft_wrap=True, markup=False)


def note(text: str) -> None:
    """Print what was found or done on the way."""
    say(f"note: {text}")
