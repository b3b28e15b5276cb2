"""How a secret is recognized without knowing it: the words of the variable's name, and the shape of the value.

Secrets reach a policy pack in clear, so the marking as a secret is gone: name and shape are all there is.
"""

import math
import re
from collections import Counter
from itertools import pairwise

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_SECRET_WORD = re.compile(
    "password|passwd|pwd|passphrase|secret|secrets|token|credential|credentials|apikey|privatekey|bearer"
)
_SECRET_PAIRS = frozenset(
    (kind, "key") for kind in ("api", "private", "access", "secret", "signing", "encryption", "shared", "master")
)
# Names that end so speak about a secret (where it is, how long it lives) instead of holding it.
_ABOUT = re.compile(
    "file|path|dir|url|uri|endpoint|name|id|arn|ttl|seconds|ms|timeout|enabled|type|length|size|count|"
    "limit|max|min|header|audience|issuer|algorithm|version|interval|expiry|expiration"
)
# Names whose value looks random by nature and is public.
_PUBLIC = re.compile("hash|digest|sha|checksum|revision|commit|release|version|id|fingerprint|traceparent|image")

_SHAPES = {
    "holds a URL with a password": re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://[^/\s:@]*:[^/\s@]+@"),
    "holds a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "holds an HTTP credential": re.compile(r"\b(?:bearer|basic)(?:\s|%20)+[A-Za-z0-9._~+/=-]{8,}", re.IGNORECASE),
    "holds a JSON web token": re.compile(r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\."),
    "holds a cloud or forge access key": re.compile(
        r"\b(?:(?:AKIA|ASIA)[0-9A-Z]{16}|gh[pousr]_\w{36,}|github_pat_\w{22,}|xox[abprs]-[\w-]{10,}|AIza[\w-]{35})"
    ),
}

# A run of 16 characters at 3 bits each is 48 bits: shorter or more regular runs are words, versions and identifiers.
_RUN_LENGTH = 16
_RUN = re.compile(r"(?:(?P<key>[\w.-]+)[=:])?(?P<run>[A-Za-z0-9+/]{16,}={0,2})")
_HEX = re.compile(r"[0-9a-f]{32,}|[0-9A-F]{32,}")
_HEX_BITS = 2.8
_MIXED_BITS = 3.4
# Measured: 40 random base64 characters have 4.6 bits a character, paths and lists of words stay below 4.2.
_LONG_RUN = 32
_LONG_BITS = 4.4


def sign_of_secret(name: str, value: str) -> str | None:
    """Say what makes `name=value` look like a secret, in words that hold nothing of the value; None for nothing."""
    if not value:
        return None
    if shape := shape_of_secret(value):
        return shape
    if names_a_secret(name):
        return "is named like a secret"
    words = _words(name)
    if words and _PUBLIC.fullmatch(words[-1]):
        return None
    return "holds what looks like a random key" if _looks_random(value) else None


def shape_of_secret(text: str) -> str | None:
    """Return which known form of secret a text holds, in words that hold nothing of it; None for none."""
    return next((what for what, shape in _SHAPES.items() if shape.search(text)), None)


def _words(name: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(name)]


def names_a_secret(name: str) -> bool:
    """Whether the words of a name say that its value is a secret, and not something about one."""
    words = _words(name)
    if not words or _ABOUT.fullmatch(words[-1]):
        return False
    if any(_SECRET_WORD.fullmatch(word) for word in words):
        return True
    return any(pair in _SECRET_PAIRS for pair in pairwise(words))


def _looks_random(value: str) -> bool:
    for match in _RUN.finditer(value):
        key, run = match["key"], match["run"].rstrip("=")
        if key and (words := _words(key)) and _PUBLIC.fullmatch(words[-1]):
            continue
        if any(_is_random(part) for part in run.split("/")):
            return True
        # Base64 holds slashes too; a path starts with one, or follows one or a dot, and repeats itself more.
        before = value[match.start("run") - 1 : match.start("run")]
        if before not in ("/", ".") and run[0] != "/" and len(run) >= _LONG_RUN and _entropy(run) >= _LONG_BITS:
            return True
    return False


def _is_random(run: str) -> bool:
    if _HEX.fullmatch(run):
        return _entropy(run) >= _HEX_BITS
    kinds = (any(c.isupper() for c in run), any(c.islower() for c in run), any(c.isdigit() for c in run))
    return len(run) >= _RUN_LENGTH and all(kinds) and _entropy(run) >= _MIXED_BITS


def _entropy(text: str) -> float:
    """Shannon entropy in bits a character."""
    return -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values())
