"""Quantities as Kubernetes writes them."""

from decimal import Decimal

_BINARY = {unit: 1 << 10 * power for power, unit in enumerate(("Ki", "Mi", "Gi", "Ti", "Pi", "Ei"), 1)}
_DECIMAL = {"n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}


def amount(quantity: str) -> Decimal:
    """Return the number that a Kubernetes quantity stands for (``500m``, ``2Gi``, ``1e3``); raises ArithmeticError."""
    if quantity[-2:] in _BINARY:
        return Decimal(quantity[:-2]) * _BINARY[quantity[-2:]]
    if quantity[-1:] in _DECIMAL:
        return Decimal(quantity[:-1]).scaleb(_DECIMAL[quantity[-1]])
    return Decimal(quantity)
