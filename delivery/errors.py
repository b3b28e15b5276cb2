"""The error with which a command ends."""


class CommandError(Exception):
    """An error message for the person at the terminal, with a remedy."""

    def __init__(self, fault: str, *, remedy: str) -> None:
        super().__init__(f"{fault}\n  what to do: {remedy}")
