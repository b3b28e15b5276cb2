"""Ports of the host on which a stack is reached, and those among them that browsers refuse."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator, Field

from config.model import Keywords

# The "bad ports" of the Fetch standard: a page there never loads, and a page elsewhere cannot send to it.
BLOCKED = frozenset(
    {
        *(1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104),
        *(109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515),
        *(526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049),
        *(3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080),
    }
)


def _browsers_connect(port: int) -> int:
    if port in BLOCKED:
        raise ValueError("be a port that browsers connect to, such as 8080; they block this one")
    return port


PortNumber = Annotated[int, Field(ge=1, le=65535)]
PublishedPort = Annotated[
    PortNumber,
    AfterValidator(_browsers_connect),
    Keywords({"not": {"enum": sorted(BLOCKED)}, "excluding": "no port that browsers block"}),
]


def port_clashes(ports: Iterable[tuple[str, int]]) -> tuple[str, ...]:
    """Return an error for each port of the host used twice; ``ports`` are (place in the stack file, port)."""
    users: dict[int, list[str]] = {}
    for place, port in ports:
        users.setdefault(port, []).append(place)
    return tuple(
        f"port {port} is used by {' and '.join(places)}; give each a port of its own"
        for port, places in users.items()
        if len(places) > 1
    )
