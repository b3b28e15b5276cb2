"""How a provider plugin answers: refusals as one message, faults with their traceback, an end without loose work."""

import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import grpc
from pulumi.runtime.proto import provider_pb2, status_pb2

# How long an interrupted plugin may take to leave nothing half made.
DRAIN_SECONDS = 10


class RefusedError(Exception):
    """A request that is refused; the text is one or more lines for the user."""


class CancelledError(RefusedError):
    """The user has interrupted the engine."""


class InitFailedError(RefusedError):
    """The resource exists, but its initialization failed: the engine keeps it and the next update repairs it."""

    def __init__(self, detail: provider_pb2.ErrorResourceInitFailed) -> None:
        super().__init__("\n".join(detail.reasons))
        self.detail = detail


@dataclass
class Answers:
    """Counts the requests that are being answered and turns exceptions into the engine's errors."""

    plugin: str
    cancelled: threading.Event = field(default_factory=threading.Event)
    _idle: threading.Condition = field(default_factory=threading.Condition)
    _busy: int = 0

    @contextmanager
    def __call__(self, context: grpc.ServicerContext) -> Iterator[None]:
        """Answer one request."""
        with self._idle:
            self._busy += 1
        try:
            yield
        except InitFailedError as error:
            _attach(context, error)
            context.abort(grpc.StatusCode.UNKNOWN, str(error))
        except RefusedError as error:
            context.abort(grpc.StatusCode.UNKNOWN, str(error))
        except Exception:  # noqa: BLE001 - the engine would show nothing but "Exception calling application"
            context.abort(
                grpc.StatusCode.INTERNAL, f"internal error in the {self.plugin} plugin:\n{traceback.format_exc()}"
            )
        finally:
            with self._idle:
                self._busy -= 1
                self._idle.notify_all()

    def drain(self) -> None:
        """Stop waiting, and return once no request is in flight any more."""
        self.cancelled.set()
        with self._idle:
            self._idle.wait_for(lambda: self._busy == 0, timeout=DRAIN_SECONDS)


def _attach(context: grpc.ServicerContext, error: InitFailedError) -> None:
    """Add the detail as gRPC's rich error model wants it: a google.rpc.Status in a trailer of this name."""
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=str(error))
    status.details.add().Pack(error.detail)
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
