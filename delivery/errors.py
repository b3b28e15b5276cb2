"""What a command says when it cannot go on."""


class CommandError(Exception):
    """A fault in words for the person at the terminal, with the remedy."""

    def __init__(self, fault: str, *, remedy: str) -> None:
        super().__init__(f"{fault}\n  what to do: {remedy}")
