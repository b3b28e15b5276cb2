"""Conditions and statements of the collector's transformation language (OTTL) as the processors that run them."""

Processor = dict[str, object]


def literal(text: str) -> str:
    """Return the string escaped for the collector, which expands $NAME and ${...} everywhere and reads "$$" as "$"."""
    return text.replace("$", "$$")


def dropping(**conditions: tuple[str, ...]) -> Processor:
    """Return a filter that drops, and counts, what meets one of the conditions given by context.

    A condition that fails for some point is false for it; its request is not lost.
    """
    return {"error_mode": "ignore", "metric_conditions": _by_context("conditions", conditions)}


def changing(**statements: tuple[str, ...]) -> Processor:
    """Return a transformation that runs the statements given by context, in that order.

    A statement that fails for some point leaves that point as it is; its request is not lost.
    """
    return {"error_mode": "ignore", "metric_statements": _by_context("statements", statements)}


def _by_context(what: str, texts: dict[str, tuple[str, ...]]) -> list[dict[str, object]]:
    return [{"context": context, what: [literal(text) for text in each]} for context, each in texts.items() if each]
