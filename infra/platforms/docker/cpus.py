"""CPU limits as the official Docker plugin reads them back.

It compares texts, so a limit that is written in another way than it reads makes it replace the container at each `up`.
"""

from decimal import ROUND_HALF_UP, Context, Decimal

_NANO, _TENTH = Decimal("1e-9"), Decimal("0.1")
# Enough digits for any float: what is more than the engine has is for others to refuse.
_EXACTLY = Context(prec=400)
# A quota of 1 ms in each 100 ms, the least that the kernel takes.
_LEAST = Decimal("0.01")
# The plugin takes a number with this many zeros among its digits for one with a single decimal.
_ROUND_ZEROS = 9


def written(cpus: float) -> str:
    """Return the text of a limit: ``1.0``, ``0.25``, ``10.``; raises ValueError for one that has a `fault`."""
    if why := fault(cpus):
        raise ValueError(f"cpus {why}")
    return _as_read(_exact(cpus))


def fault(cpus: float) -> str | None:
    """Return why this cannot be a limit: it is below 0.01, or the plugin would read it as another (0.05 as 0.1)."""
    exact = _exact(cpus)
    if exact < _LEAST:
        return f"must be ≥ {_LEAST}, the least that a container can be limited to (got {cpus:g})"
    text = _as_read(exact)
    if Decimal(text) != exact:
        return (
            f"must be a number that the official Docker plugin reads back unchanged, such as {_nearest(exact)}"
            f" (got {_plain(exact)}, which it reads as {text})"
        )
    return None


def _exact(cpus: float) -> Decimal:
    return Decimal(str(cpus)).quantize(_NANO, context=_EXACTLY)


def _as_read(exact: Decimal) -> str:
    digits = f"{exact:.9f}"
    if digits.count("0") == _ROUND_ZEROS:
        return str(exact.quantize(_TENTH, ROUND_HALF_UP, context=_EXACTLY))
    return digits.rstrip("0")


def _nearest(exact: Decimal) -> str:
    # One more digit that is not 0, and the plugin no longer rounds.
    decimals = len(_plain(exact).partition(".")[2])
    more = _plain(exact + Decimal(1).scaleb(-decimals - 1))
    rounded = _plain(Decimal(_as_read(exact)))
    return more if rounded == "0" else f"{rounded} or {more}"


def _plain(number: Decimal) -> str:
    return f"{number.normalize(_EXACTLY):f}"
