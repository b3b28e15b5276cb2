"""Sizes and durations that programs read: larger ones overflow there, are refused, or mean "no bound"."""

import re
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from config import patterns

_UNITS = {"M": 20, "G": 30, "T": 40}
_HOURS = {"h": 1, "d": 24, "w": 7 * 24, "y": 365 * 24}
# 64 bits, signed: Prometheus counts bytes and nanoseconds in them, Kubernetes bytes.
_MOST = 2**63 - 1
_MOST_HOURS = _MOST // (3600 * 10**9)
# Of memory: no machine has more, and a thousand times as much still fits.
MOST_MIB = 32 * 2**20


def bytes_of(size: str) -> int:
    """Return the bytes of ``20GB`` or ``20Gi``, which Prometheus and Kubernetes count alike: in powers of 1,024."""
    digits, unit = _parts(size)
    return int(digits) << _UNITS[unit[0]]


def _parts(text: str) -> tuple[str, str]:
    digits, unit = re.findall(r"[0-9]+|[A-Za-z]+", text)
    return digits, unit


def _countable(size: str) -> str:
    if bytes_of(size) > _MOST:
        unit = _parts(size)[1]
        raise ValueError(f"be at most {_MOST >> _UNITS[unit[0]]}{unit}; larger sizes overflow")
    return size


def _readable(duration: str) -> str:
    digits, unit = _parts(duration)
    if int(digits) * _HOURS[unit] > _MOST_HOURS:
        raise ValueError(f"be at most {_MOST_HOURS // _HOURS[unit]}{unit}, the longest that Prometheus reads")
    return duration


Retention = Annotated[str, StringConstraints(pattern=patterns.RETENTION), AfterValidator(_readable)]
Size = Annotated[str, StringConstraints(pattern=patterns.SIZE), AfterValidator(_countable)]
Quantity = Annotated[str, StringConstraints(pattern=patterns.QUANTITY), AfterValidator(_countable)]
