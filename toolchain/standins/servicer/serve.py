"""What every engine plugin process has in common: a gRPC server, a port on stdout, and a quiet end."""

import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import FrameType

import grpc

# The official plugins allow messages of 400 MiB: a stack's configuration or one uploaded file may be large.
MESSAGE_BYTES = 400 * 1024 * 1024
CHANNEL_OPTIONS = (
    ("grpc.max_receive_message_length", MESSAGE_BYTES),
    ("grpc.max_send_message_length", MESSAGE_BYTES),
)
# The engine works on up to 16 resources at a time by default, plus Cancel beside them.
WORKERS = 32


def start(register: Callable[[grpc.Server], None]) -> tuple[grpc.Server, int]:
    """Start a server with the servicers that `register` adds; returns it and its port, a free one of loopback."""
    server = grpc.server(ThreadPoolExecutor(max_workers=WORKERS), options=CHANNEL_OPTIONS)
    register(server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


def reason(error: grpc.RpcError) -> tuple[grpc.StatusCode, str]:
    """Return code and text of a failed call: it raises an RpcError that is a Call too, which the stubs cannot say."""
    call: object = error
    if isinstance(call, grpc.Call):
        return call.code(), call.details() or ""
    return grpc.StatusCode.UNKNOWN, str(error)


def serve(register: Callable[[grpc.Server], None], on_end: Callable[[], None] = lambda: None) -> None:
    """Serve until the engine says goodbye (SIGINT or SIGTERM) or is gone; never returns.

    The engine reads the port from the first line of stdout. `on_end` runs once before the process leaves; it may block
    for as long as work in flight needs to be undone.
    """
    ended = threading.Event()

    def leave(_signal: int, _frame: FrameType | None) -> None:
        ended.set()

    signal.signal(signal.SIGINT, leave)
    signal.signal(signal.SIGTERM, leave)
    parent = os.getppid()
    start_result = start(register)
    sys.stdout.write(f"{start_result[1]}\n")
    sys.stdout.flush()
    # A killed engine sends no signal; its children are then handed to another parent.
    while not ended.wait(1) and os.getppid() == parent:
        pass
    on_end()
    sys.stdout.flush()
    sys.stderr.flush()
    # Threads may still wait for a user's program or for the container engine; nothing of theirs is worth waiting for.
    os._exit(0)
