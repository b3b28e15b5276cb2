"""CPU limits as text, as the official plugin reads them back."""

from decimal import ROUND_HALF_UP, Decimal

from toolchain.standins.servicer.values import Value

_DIGITS = 9
# The official plugin takes a number with this many zeros for one with a single decimal, and is wrong for 0.05.
_ROUND_ZEROS = 9


def written(nanoseconds: int) -> str:
    """Write the engine's ``NanoCpus`` as the official plugin does: ``1.0`` and ``0.25``, but ``0.1`` for 0.05."""
    cpus = Decimal(nanoseconds).scaleb(-_DIGITS)
    digits = f"{cpus:.{_DIGITS}f}"
    if digits.count("0") == _ROUND_ZEROS:
        return str(cpus.quantize(Decimal("0.1"), ROUND_HALF_UP))
    return digits.rstrip("0")


def same_number(one: Value, other: Value) -> bool:
    """Whether both are texts of one number, as ``1`` and ``1.0`` are."""
    try:
        return isinstance(one, str) and isinstance(other, str) and float(one) == float(other)
    except ValueError:
        return False
