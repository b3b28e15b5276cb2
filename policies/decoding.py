"""Decodes each resource once for all policies.

The SDK decodes the properties of a resource for every policy anew: 39 times, and 12 times more for policies on the
whole stack. That was five sixths of what policies cost.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from types import SimpleNamespace
from typing import Any

from pulumi_policy import policy as sdk

_CALLS = ("Analyze", "AnalyzeStack")
_Decode = Callable[..., Any]


class Decoded(threading.local):
    """What the call that this thread answers has decoded, by what it was decoded from; None between calls."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, int], tuple[object, Any]] | None = None

    @contextmanager
    def during_a_call(self) -> Iterator[None]:
        """Keep what is decoded until the end."""
        self.found = {}
        try:
            yield
        finally:
            self.found = None

    def once(self, decode: _Decode) -> _Decode:
        """Return ``decode`` that does the same thing once in a call: policies read what they are given."""

        @wraps(decode)
        def decoded(source: object, *options: object) -> object:
            if self.found is None or options:
                return decode(source, *options)
            key = (decode.__name__, id(source))
            if key not in self.found:
                # The source is kept too: as long as it lives, no other object has its id.
                self.found[key] = (source, decode(source))
            return self.found[key][1]

        return decoded


def decode_once() -> None:
    """Let the policy pack's server decode each resource once in a call. Running it again changes nothing."""
    # The SDK offers no hook; its version is pinned.
    names = vars(sdk)
    if isinstance(names["json_format"], SimpleNamespace):
        return
    decoded = Decoded()
    names["json_format"] = SimpleNamespace(MessageToDict=decoded.once(names["json_format"].MessageToDict))
    for name in ("deserialize_properties", "unknown_checking_proxy"):
        names[name] = decoded.once(names[name])
    for name in _CALLS:
        setattr(sdk._PolicyAnalyzerServicer, name, _call(decoded, name))  # noqa: SLF001  as above


def _call(decoded: Decoded, name: str) -> Callable[..., Any]:
    answer = getattr(sdk._PolicyAnalyzerServicer, name)  # noqa: SLF001  as above

    @wraps(answer)
    def answered(*arguments: object) -> object:
        with decoded.during_a_call():
            return answer(*arguments)

    return answered
