"""Digests by which names and annotations tell contents apart, in the clear."""

import hashlib

# 16 MiB and some 40 ms for each guess: a digest of a short password must not be a way to find it.
_COST, _BLOCK = 2**14, 8


def of(data: bytes, digits: int) -> str:
    """Return a digest of what is no secret."""
    return hashlib.sha256(data).hexdigest()[:digits]


def of_secret(data: bytes, digits: int, *, salt: str) -> str:
    """Return a digest of a secret, slow to compute; ``salt`` makes it another one in each place."""
    return hashlib.scrypt(data, salt=salt.encode(), n=_COST, r=_BLOCK, p=1, dklen=32).hex()[:digits]
