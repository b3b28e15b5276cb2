"""Forwards into a cluster: a `kubectl port-forward` for each, reopened whenever it ends, until all are closed."""

import re
import shlex
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from delivery.errors import CommandError

Note = Callable[[str], None]
# kubectl says so once it listens.
_LISTENS = re.compile(r"Forwarding from 127\.0\.0\.1:(\d+) ")
_PORTS = re.compile(r"(\d*):(\d+)")
_OPEN_WITHIN_S = 30.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 1.0, 10.0
_END_S = 10.0


@dataclass(frozen=True, kw_only=True)
class Forward:
    """A forward called ``name``: ``command`` listens on ``port`` of this machine (0: any free one) for ``remote``."""

    name: str
    command: tuple[str, ...]
    port: int
    remote: int

    @classmethod
    def of(cls, name: str, text: str) -> "Forward":
        """Read an entry of the output `access`: `kubectl … port-forward service/api 8081:8000`."""
        *command, ports = shlex.split(text)
        found = _PORTS.fullmatch(ports)
        if not command or found is None:
            raise CommandError(
                f"the output `access` has no port-forward at {name}: {text}", remedy="deploy the stack again"
            )
        return cls(name=name, command=tuple(command), port=int(found[1] or 0), remote=int(found[2]))

    def anywhere(self) -> "Forward":
        """Return the same way from any free port."""
        return Forward(name=self.name, command=self.command, port=0, remote=self.remote)

    @property
    def words(self) -> list[str]:
        """The command line."""
        return [*self.command, f"{self.port or ''}:{self.remote}"]


def taken(forwards: Sequence[Forward]) -> list[Forward]:
    """Return the forwards whose local port is in use."""
    return [forward for forward in forwards if forward.port and not _is_free(forward.port)]


def _is_free(port: int) -> bool:
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


class Tunnel:
    """One forward, kept open by a thread: when its command ends, it is started again."""

    def __init__(self, forward: Forward, environment: Mapping[str, str], note: Note) -> None:
        self.forward, self._environment, self._note = forward, dict(environment), note
        self._process: subprocess.Popen[str] | None = None
        self._lock, self._closed, self._opened = threading.Lock(), threading.Event(), threading.Event()
        self._port, self._said = forward.port, ""
        self._thread = threading.Thread(target=self._keep_open, name=f"forward {forward.name}")

    def start(self) -> None:
        """Begin to open it; returns at once."""
        self._thread.start()

    def wait_open(self, deadline: float) -> str:
        """Wait until it listens; returns its URL. Raises `CommandError` with what kubectl said after the deadline."""
        if not self._opened.wait(max(0.0, deadline - time.monotonic())):
            raise CommandError(
                f"the forward {self.forward.name} does not open: {self._said or 'no output from kubectl'}",
                remedy=f"try it by hand: {shlex.join(self.forward.words)}",
            )
        return f"http://127.0.0.1:{self._port}"

    def close(self) -> None:
        """End it, with its process."""
        self._closed.set()
        self._send(signal.SIGTERM)
        self._thread.join(_END_S)
        if self._thread.is_alive():
            self._send(signal.SIGKILL)
            self._thread.join()

    def _send(self, number: signal.Signals) -> None:
        with self._lock:
            if self._process is not None:
                self._process.send_signal(number)

    def _keep_open(self) -> None:
        pause: float = _FIRST_PAUSE_S
        told: str | None = None  # why it is not open, as the user was told last
        while not self._closed.is_set():
            self._said = ""
            if self._run(reopened=told is not None):
                pause, told = _FIRST_PAUSE_S, None
            if self._closed.wait(pause):
                return
            if self._opened.is_set() and self._said != told:
                self._note(
                    f"{self.forward.name}: the forward ended ({self._said or 'no reason given'}); opening it again"
                )
                told = self._said
            pause = min(2 * pause, _LONGEST_PAUSE_S)

    def _run(self, *, reopened: bool) -> bool:
        """Run the command until it ends; return whether it ever listened."""
        listened = False
        with self._lock:
            if self._closed.is_set():
                return False
            try:
                self._process = subprocess.Popen(
                    self.forward.words,
                    env=self._environment,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                    process_group=0,  # Ctrl-C is for us: we end it
                )
            except OSError as error:
                self._said = f"{self.forward.words[0]}: {error.strerror}"
                return False
        with self._process as process:
            for line in process.stdout or ():
                if found := _LISTENS.match(line):
                    self._port, listened = int(found[1]), True
                    self._opened.set()
                    if reopened:
                        self._note(f"{self.forward.name}: open again")
                elif line.strip() and not line.startswith(("Forwarding from", "Handling connection")):
                    self._said = line.strip()
        return listened


@contextmanager
def opened(
    forwards: Sequence[Forward], environment: Mapping[str, str], note: Note, *, within_s: float = _OPEN_WITHIN_S
) -> Iterator[dict[str, str]]:
    """Open every forward and keep it open; gives the URL of each by name. All are closed at the end.

    Raises `CommandError` where one does not open ``within_s``.
    """
    tunnels = [Tunnel(forward, environment, note) for forward in forwards]
    deadline = time.monotonic() + within_s
    try:
        for tunnel in tunnels:
            tunnel.start()
        yield {tunnel.forward.name: tunnel.wait_open(deadline) for tunnel in tunnels}
    finally:
        for tunnel in tunnels:
            tunnel.close()
