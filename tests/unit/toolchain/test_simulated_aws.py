"""The simulated AWS API takes requests of many threads, and moto gets them one by one."""

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from werkzeug.test import create_environ

from toolchain.simulated_aws.account.extension import Extension

_AT_A_TIME, _SECONDS = 8, 0.02


class _Counting:
    """A WSGI application that remembers how many threads were in it at once."""

    def __init__(self) -> None:
        self.now, self.most, self.answered = 0, 0, 0

    def __call__(self, _environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        self.now += 1
        self.most = max(self.most, self.now)
        time.sleep(_SECONDS)
        self.now -= 1
        self.answered += 1
        start("200 OK", [])
        return [b"{}"]


@pytest.mark.parametrize("service", ["iam", "eks"])  # moto's alone, and one that is guarded by rules of our own
def test_moto_is_asked_by_one_thread_at_a_time(service: str) -> None:
    """It looks through dictionaries that it changes: two at once end with "dictionary changed size", status 500."""
    moto = _Counting()
    extension = Extension(moto)
    signed = {"Authorization": f"AWS4-HMAC-SHA256 Credential=test/20261126/eu-central-1/{service}/aws4_request"}

    def ask(_: int) -> list[bytes]:
        return list(extension(create_environ("/clusters", headers=signed), lambda *_: None))

    with ThreadPoolExecutor(_AT_A_TIME) as workers:
        list(workers.map(ask, range(_AT_A_TIME)))
    assert (moto.most, moto.answered) == (1, _AT_A_TIME)
