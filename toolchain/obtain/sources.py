"""The order of sources for a part, and downloads that give up within seconds without internet."""

import hashlib
import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from toolchain.obtain.errors import Attempt, ToolchainError, UnavailableError

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")

CONNECT_SECONDS = 3.0
READ_SECONDS = 15.0
TOTAL_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Source(Generic[T]):
    """One place where a thing may come from; `get` raises `UnavailableError` when it does not."""

    name: str
    get: Callable[[], T]


def obtain(wanted: str, sources: Sequence[Source[T]], *, remedy: str) -> T:
    """Try the sources in order and return the first result; raises `ToolchainError` naming each when all fail."""
    attempts: list[Attempt] = []
    for source in sources:
        try:
            return source.get()
        except UnavailableError as error:
            attempts.append(Attempt(source.name, error.reason, error.log, error.tail))
    raise ToolchainError(wanted, attempts=tuple(attempts), remedy=remedy)


class Internet:
    """What this process knows about reaching the outside, so that only the first stage waits to find out."""

    def __init__(self, *, offline: bool = False) -> None:
        self.obstacle: str | None = "PLANEWATCH_OFFLINE is set" if offline else None

    @classmethod
    def of_process(cls) -> "Internet":
        """Start from PLANEWATCH_OFFLINE of this process's environment."""
        return cls(offline=os.environ.get("PLANEWATCH_OFFLINE", "") not in {"", "0"})

    def download(
        self,
        url: str,
        target: Path,
        *,
        sha256: str | None = None,
        connect: float = CONNECT_SECONDS,
        read: float = READ_SECONDS,
        total: float = TOTAL_SECONDS,
    ) -> Path:
        """Fetch `url` into `target` and check its SHA-256 (hex) if given; times are in seconds.

        Raises `UnavailableError`, leaving no file. An unreachable host is remembered: later calls fail at once.
        """
        if self.obstacle:
            raise UnavailableError(f"skipped, {self.obstacle}")
        import httpx  # noqa: PLC0415  0.1 s, and mostly everything is there

        outcome: list[UnavailableError] = []
        heard = threading.Event()

        def work() -> None:
            try:
                self._fetch(url, target, sha256, heard=heard, timeout=httpx.Timeout(read, connect=connect), total=total)
            except UnavailableError as error:
                outcome.append(error)
            finally:
                heard.set()
                ended.set()

        # In a thread because a resolver that does not answer blocks for much longer than any connect time-out.
        ended = threading.Event()
        threading.Thread(target=work, name="planewatch-download", daemon=True).start()
        if not heard.wait(connect + read):
            self.obstacle = f"no answer from {httpx.URL(url).host}"
            raise UnavailableError(self.obstacle)
        ended.wait()
        if outcome:
            target.unlink(missing_ok=True)
            raise outcome[0]
        return target

    def _fetch(
        self,
        url: str,
        target: Path,
        sha256: str | None,
        *,
        heard: threading.Event,
        timeout: "httpx.Timeout",
        total: float,
    ) -> None:
        import httpx  # noqa: PLC0415  as above

        deadline = time.monotonic() + total
        digest = hashlib.sha256()
        try:
            with httpx.stream("GET", url, timeout=timeout, follow_redirects=True) as answer:
                heard.set()
                if answer.status_code != httpx.codes.OK:
                    raise UnavailableError(f"{url} answers {answer.status_code}")
                with target.open("wb") as file:
                    for chunk in answer.iter_bytes():
                        digest.update(chunk)
                        file.write(chunk)
                        if time.monotonic() > deadline:
                            raise UnavailableError(f"{url} took over {total:.0f} s")
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
            self.obstacle = f"{httpx.URL(url).host} cannot be reached ({error or type(error).__name__})"
            raise UnavailableError(self.obstacle) from error
        except httpx.HTTPError as error:
            raise UnavailableError(f"{url}: {error or type(error).__name__}") from error
        except (httpx.InvalidURL, ImportError, ValueError) as error:
            # Variables that name a SOCKS proxy, or no URL; httpx's words for the latter repeat part of it.
            why = str(error) if isinstance(error, ImportError) else "it is no URL"
            self.obstacle = f"the proxy that this machine's variables name cannot be used ({why})"
            raise UnavailableError(self.obstacle) from error
        if sha256 is not None and digest.hexdigest() != sha256.lower():
            raise UnavailableError(f"{url} must have checksum {sha256} (got {digest.hexdigest()}); not used")
