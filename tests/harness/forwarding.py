"""Ways into a cluster: ``kubectl port-forward`` as long as it is wanted, opened again when its pod went."""

import os
import shlex
import subprocess
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import httpx

from tests.harness.ports import free_port
from tests.harness.waiting import wait_until

_OPEN_WITHIN_S = 30


@dataclass(kw_only=True)
class Forwards:
    """Forwarding commands by name, run when they are first asked for: ``… port-forward <object> <local>:<port>``.

    The local port ``{free}`` stands for any that is free.
    """

    environment: Mapping[str, str]
    _running: dict[str, tuple[subprocess.Popen[bytes], str]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def url(self, name: str, command: str) -> str:
        """Return the URL at which the way ``name`` answers now."""
        with self._lock:
            process, url = self._running.get(name, (None, ""))
            if process is None or process.poll() is not None:
                self._end(name)
                words = shlex.split(command.replace("{free}", str(free_port())))
                url = f"http://127.0.0.1:{words[-1].partition(':')[0]}"
                process = subprocess.Popen(
                    words,
                    env={**os.environ, **self.environment},
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
                self._running[name] = process, url
                wait_until(lambda: _listens(url), within_s=_OPEN_WITHIN_S, what=f"the way to {name}: {command}")
            return url

    def reopen(self) -> None:
        """End what does not answer any more: the pod at its other end went."""
        with self._lock:
            for name in [name for name, (_, url) in self._running.items() if not _listens(url)]:
                self._end(name)

    def close(self) -> None:
        """End every forwarding."""
        for name in list(self._running):
            self._end(name)

    def _end(self, name: str) -> None:
        with suppress(KeyError):
            process, _ = self._running.pop(name)
            process.terminate()
            process.wait()


def _listens(url: str) -> bool:
    try:
        # The path that the sample API does not count as somebody's mistake; whatever answers will do.
        httpx.get(f"{url}/health", timeout=5, trust_env=False)
    except httpx.TransportError:
        return False
    return True
