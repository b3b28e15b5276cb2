"""Stands between the engine and a policy pack until the stack's configuration is known.

A Python policy pack reads project, stack and configuration from its environment when it starts; the engine sends them
by ConfigureStack after the plugin has started. So the engine first talks to this proxy, which passes every call on once
the real pack runs.
"""

import json
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING

import grpc
from pulumi.runtime.proto import analyzer_pb2

from toolchain.standins.servicer import serve

if TYPE_CHECKING:
    from collections.abc import Callable

    # Generic in the stubs only.
    _Handler = grpc.GenericRpcHandler[bytes, bytes]
else:
    _Handler = grpc.GenericRpcHandler

_SERVICE = "/pulumirpc.Analyzer/"


class PolicyProxy(_Handler):
    """Serves the Analyzer service on `port`: keeps two calls, passes the others on as bytes."""

    def __init__(self) -> None:
        self._configuration: Future[analyzer_pb2.AnalyzerStackConfigureRequest | None] = Future()
        self._pack: Future[grpc.Channel] = Future()
        self._lock = threading.Lock()
        self._server, self.port = serve.start(lambda server: server.add_generic_rpc_handlers((self,)))

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> "grpc.RpcMethodHandler[bytes, bytes]":
        """Choose by method name; the messages stay bytes."""
        method = handler_call_details.method
        kept: dict[str, Callable[[bytes, grpc.ServicerContext], bytes]] = {
            _SERVICE + "Handshake": lambda _request, _context: b"",
            _SERVICE + "ConfigureStack": self._configure_stack,
        }
        return grpc.unary_unary_rpc_method_handler(
            kept.get(method, lambda request, context: self._forward(method, request, context))
        )

    def await_environment(self) -> dict[str, str]:
        """Wait for the engine's configuration; the variables a pack reads. Empty when the engine gives none."""
        configuration = self._configuration.result()
        if configuration is None:
            return {}
        variables = {
            "PULUMI_ORGANIZATION": configuration.organization,
            "PULUMI_PROJECT": configuration.project,
            "PULUMI_STACK": configuration.stack,
            "PULUMI_DRY_RUN": "true" if configuration.dry_run else "false",
            "PULUMI_CONFIG": json.dumps(dict(configuration.config)),
        }
        return {name: value for name, value in variables.items() if value}

    def attach(self, first_line: bytes) -> None:
        """Pass calls on to the pack that wrote this line. No port in it: the pack failed and calls say so."""
        try:
            channel = grpc.insecure_channel(f"127.0.0.1:{int(first_line)}", options=serve.CHANNEL_OPTIONS)
        except ValueError:
            self._fail("the policy pack ended during start-up; its output is above")
            return
        self._pack.set_result(channel)

    def close(self) -> None:
        """Stop serving; calls in flight fail."""
        self._settle(None)
        self._fail("the policy pack has ended")
        self._server.stop(grace=None)

    def _configure_stack(self, request: bytes, _context: grpc.ServicerContext) -> bytes:
        self._settle(analyzer_pb2.AnalyzerStackConfigureRequest.FromString(request))
        return b""

    def _forward(self, method: str, request: bytes, context: grpc.ServicerContext) -> bytes:
        self._settle(None)
        try:
            call: Callable[[bytes], bytes] = self._pack.result().unary_unary(method, None, None)
            return call(request)
        except grpc.RpcError as error:
            code, details = serve.reason(error)
            context.abort(code, details)
            raise
        except RuntimeError as error:
            context.abort(grpc.StatusCode.UNAVAILABLE, str(error))
            raise

    def _settle(self, configuration: analyzer_pb2.AnalyzerStackConfigureRequest | None) -> None:
        """Keep the first answer: an engine that asks something else first sends no configuration."""
        with self._lock:
            if not self._configuration.done():
                self._configuration.set_result(configuration)

    def _fail(self, reason: str) -> None:
        with self._lock:
            if not self._pack.done():
                self._pack.set_exception(RuntimeError(reason))
