"""Names that the engine asks a plugin to make when a program gives none."""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Self

from pulumi.runtime.proto import provider_pb2


@dataclass(frozen=True)
class Autoname:
    """What the engine says about a name: the resource's own, a seed that keeps previews stable, its proposal."""

    resource: str
    seed: bytes = b""
    proposed: str = ""
    disabled: bool = False

    @classmethod
    def of(cls, request: provider_pb2.CheckRequest) -> Self:
        """Read it from a request; older engines name the resource in its URN only."""
        return cls(
            resource=request.name or request.urn.rpartition("::")[2],
            seed=request.randomSeed,
            proposed=request.autonaming.proposed_name,
            disabled=request.autonaming.mode == provider_pb2.CheckRequest.AutonamingOptions.DISABLE,
        )


def suffix(digits: int, seed: bytes, salt: str = "") -> str:
    """Return so many hexadecimal digits: the same for the same seed and salt, random without a seed."""
    made = hashlib.sha256(seed + salt.encode()).hexdigest() if seed else secrets.token_hex(digits)
    return made[:digits]
