"""Our own engine plugins, started by a command: side by side, while it still prepares, and once for all its engines.

An engine that starts them by itself does so one after another, and every command runs up to three engines. Official
plugins are left to the engine.
"""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from toolchain.obtain import stand_ins
from toolchain.obtain.checkout import Checkout

# Platforms whose provider serves all of a stack's resources by one process: others are configured once per cluster or
# account, each in a process of its own.
_ONE_PROVIDER = frozenset({"docker"})
_START_S = 20.0
_END_S = 15.0


@dataclass(frozen=True, kw_only=True)
class Plugin:
    """A running plugin; ``variable`` is what lets an engine attach to it, as far as it is known without the port."""

    variable: str
    process: subprocess.Popen[bytes]
    port: Future[int] = field(default_factory=Future)
    reader: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(max_workers=1))

    def attend(self) -> None:
        """Read the port from the first line in a thread, and pass on what a program prints later."""
        if self.process.stdout is not None:
            self.reader.submit(self._read, self.process.stdout)

    def _read(self, output: IO[bytes]) -> None:
        with output:
            try:
                self.port.set_result(int(output.readline()))
            except ValueError as error:
                self.port.set_exception(error)
            for line in output:
                sys.stdout.write(line.decode(errors="replace"))
                sys.stdout.flush()

    def end(self) -> None:
        """Ask it to end, and wait until nothing that it does is under way."""
        self.process.terminate()
        try:
            self.process.wait(_END_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.reader.shutdown()


@dataclass(frozen=True, kw_only=True)
class Plugins:
    """The running plugins of a command, and the variables under which they were started."""

    running: tuple[Plugin, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

    def variables(self, environment: Mapping[str, str]) -> dict[str, str]:
        """Return what an engine under ``environment`` needs to attach to each that came up; it starts the others.

        Nothing when the environment is another by now: set-up may have started a Docker engine elsewhere.
        """
        if environment != self.environment:
            return {}
        found = {}
        for plugin in self.running:
            try:
                port = plugin.port.result(_START_S)
            except (ValueError, TimeoutError):
                continue
            name, _, key = plugin.variable.partition("=")
            found[name] = f"{key}:{port}"
        return found


@contextmanager
def started(
    checkout: Checkout, environment: Mapping[str, str], *, platform: str, runs_program: bool
) -> Iterator[Plugins]:
    """Start what an earlier set-up left in the checkout's cache; at the end all of it is gone."""
    ready = checkout.recall()
    found: dict[str, Path] = {}
    if ready.pulumi_origin == "built":
        language_in = Path(ready.pulumi).parent if runs_program else None
        found = stand_ins.programs(Path(ready.pulumi_home), _ONE_PROVIDER & {platform}, language_in=language_in)
    running = tuple(_start(found, checkout.root / "infra", environment))
    plugins = Plugins(running=running, environment=environment)
    try:
        yield plugins
    finally:
        for plugin in plugins.running:
            plugin.end()


def _start(found: Mapping[str, Path], folder: Path, environment: Mapping[str, str]) -> Iterator[Plugin]:
    for variable, program in found.items():
        # A session of its own: Ctrl-C is for the engine, which tells its plugins what to do. The folder is the one in
        # which the engine starts them, because what a program says of build contexts is relative to it.
        process = subprocess.Popen(
            [program], cwd=folder, env=dict(environment), stdout=subprocess.PIPE, start_new_session=True
        )
        plugin = Plugin(variable=variable, process=process)
        plugin.attend()
        yield plugin
