"""Runs Python engine plugins and policy packs as child processes of the language host."""

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import IO

import grpc
from pulumi.runtime.proto import language_pb2

from toolchain.standins.language.policy import PolicyProxy

# One piece of output, or the end of everything.
Responses = queue.SimpleQueue[language_pb2.RunPluginResponse | None]


def run(
    request: language_pb2.RunPluginRequest, context: grpc.ServicerContext
) -> Iterator[language_pb2.RunPluginResponse]:
    """Start what the request names; yield its output as it comes and its exit code at the end.

    A policy pack (kind `analyzer`) runs in its own folder and learns project, stack and configuration from its
    environment, all else runs in the engine's folder.
    """
    responses = Responses()
    plugin = _Plugin(request, responses)
    context.add_callback(plugin.end)
    threading.Thread(target=plugin.run, daemon=True).start()
    while (response := responses.get()) is not None:
        yield response


class _Plugin:
    """One child process and the threads that carry its output."""

    def __init__(self, request: language_pb2.RunPluginRequest, responses: Responses) -> None:
        self.request = request
        self.responses = responses
        self.proxy = PolicyProxy() if request.kind == "analyzer" else None
        self.process: subprocess.Popen[bytes] | None = None
        self.ended = False

    def run(self) -> None:
        """Thread body: everything from start to exit code."""
        environment = dict(os.environ) | dict(item.split("=", 1) for item in self.request.env if "=" in item)
        try:
            if self.proxy is None:
                command = [self.request.info.program_directory, *self.request.args]
                folder = self.request.pwd
            else:
                self._write(f"{self.proxy.port}\n".encode())
                environment |= self.proxy.await_environment()
                command = [
                    "-m",
                    "toolchain.standins.language.pack",
                    *self.request.args,
                    self.request.info.program_directory,
                ]
                folder = self.request.info.program_directory
            if not self.ended:
                self._run([sys.executable, "-u", *command], folder or ".", environment)
        finally:
            self.responses.put(None)

    def _run(self, command: list[str], folder: str, environment: dict[str, str]) -> None:
        with subprocess.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            self.process = process
            if process.stdout is None or process.stderr is None:  # never, with PIPE; says so to the type checker
                raise RuntimeError("no pipes")
            errors = threading.Thread(target=self._pump_errors, args=(process.stderr,), daemon=True)
            errors.start()
            if self.proxy is not None:
                # The engine has the proxy's port already: the pack's own first line is for the proxy.
                self.proxy.attach(process.stdout.readline())
            for line in process.stdout:
                self._write(line)
            errors.join()
            code = process.wait()
        if self.proxy is not None:
            self.proxy.close()
        self.responses.put(language_pb2.RunPluginResponse(exitcode=code))

    def _write(self, chunk: bytes) -> None:
        self.responses.put(language_pb2.RunPluginResponse(stdout=chunk))

    def _pump_errors(self, stream: IO[bytes]) -> None:
        for line in stream:
            self.responses.put(language_pb2.RunPluginResponse(stderr=line))

    def end(self) -> None:
        """Stop the plugin: the engine is done with it."""
        self.ended = True
        if self.proxy is not None:
            self.proxy.close()
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
