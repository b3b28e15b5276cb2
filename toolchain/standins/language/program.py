"""Runs a Pulumi program inside the language host's own process (no second interpreter start, 0.4 s saved a command)."""

import asyncio
import contextlib
import contextvars
import logging
import os
import runpy
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import grpc
import pulumi
from pulumi import log
from pulumi.runtime import reset_options, run_in_stack, set_all_config

from toolchain.standins.servicer import serve

if TYPE_CHECKING:
    from types import TracebackType

    from pulumi.runtime.proto import language_pb2


@dataclass(frozen=True)
class Ending:
    """How a program ended. `shown`: it failed and the user has seen why; `error`: it failed and nobody has said so."""

    shown: bool = False
    error: str = ""


def run(request: "language_pb2.RunRequest", engine_address: str = "") -> Ending:
    """Run the program a request names; every failure becomes an `Ending`.

    What the program says goes to the engine at ``engine_address``; without one to this process's standard error, which
    an engine that has started it reads.
    """
    return contextvars.copy_context().run(_run, request, engine_address)


def _run(request: "language_pb2.RunRequest", engine_address: str) -> Ending:
    reset_options(
        project=request.project,
        monitor_address=request.monitor_address,
        engine_address=engine_address or (request.args[0] if request.args else ""),
        stack=request.stack,
        root_directory=request.info.root_directory,
        parallel=request.parallel,
        preview=request.dryRun,
        organization=request.organization or "organization",
    )
    set_all_config(dict(request.config), list(request.configSecretKeys))
    asked = _other_environment(request)
    if asked:
        return Ending(error=f"runtime option virtualenv names {asked}, but this language host belongs to {sys.prefix}")
    program = Path(request.info.program_directory or request.pwd, request.info.entry_point or ".").resolve()
    os.chdir(request.pwd or program)
    folder = str(program if program.is_dir() else program.parent)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    # A failed program leaves tasks nobody awaits; asyncio would tell the user about each of them.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    loop = asyncio.new_event_loop()
    loop.set_default_executor(ThreadPoolExecutor(max_workers=max(request.parallel, 1) * 4))
    try:
        return _execute(loop, program)
    finally:
        for task in asyncio.all_tasks(loop):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                loop.run_until_complete(task)
        loop.close()
        sys.stdout.flush()
        sys.stderr.flush()


def _other_environment(request: "language_pb2.RunRequest") -> str:
    """Return the virtual environment that the project's runtime options ask for, if it exists and is not this one."""
    option = request.info.options.fields["virtualenv"].string_value if request.info.HasField("options") else ""
    folder = Path(request.info.root_directory, option)
    return str(folder) if option and folder.is_dir() and not folder.samefile(sys.prefix) else ""


def _execute(loop: asyncio.AbstractEventLoop, program: Path) -> Ending:
    def main() -> None:
        sys.argv = [str(program)]
        runpy.run_path(str(program), run_name="__main__")

    try:
        loop.run_until_complete(run_in_stack(main))
    except pulumi.RunError as error:
        log.error(str(error))
        return Ending(shown=True)
    except grpc.RpcError as error:
        return _lost_engine(error)
    except SystemExit as error:
        if error.code in (None, 0):
            return Ending()
        return Ending(error=f"program exited with non-zero exit code: {error.code}")
    except BaseException as error:  # noqa: BLE001 - whatever a user's program raises is shown to the user
        log.error("Program failed with an unhandled exception:\n" + _traceback(error, program))
        return Ending(shown=True)
    return Ending()


def _lost_engine(error: grpc.RpcError) -> Ending:
    """Explain what went wrong with the engine; one that has left was cancelled by the user, who needs no message."""
    code, details = serve.reason(error)
    if code in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED):
        return Ending()
    log.error(f"RPC error: {details}")
    return Ending(shown=True)


def _traceback(error: BaseException, program: Path) -> str:
    """Format from the program's first own frame on: the frames before are this host's and the SDK's."""
    folder = str(program if program.is_dir() else program.parent)
    frame: TracebackType | None = error.__traceback__
    while frame is not None and not frame.tb_frame.f_code.co_filename.startswith(folder):
        frame = frame.tb_next
    return "".join(traceback.format_exception(type(error), error, frame or error.__traceback__))
