"""The engine's ResourceProvider service, as far as it is the same for every plugin."""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from toolchain.standins.servicer import changes, serve
from toolchain.standins.servicer.answering import Answers
from toolchain.standins.servicer.changes import Change
from toolchain.standins.servicer.values import Props, from_struct, to_struct


class Provider(provider_pb2_grpc.ResourceProviderServicer, ABC):
    """One provider process: configured once, then asked for many resources at a time.

    A plugin names itself, says what its settings mean, and adds `Check`, `Diff`, `Create`, `Read`, `Update` and
    `Delete` for its resources.
    """

    name: ClassVar[str]
    # The version whose behaviour the plugin has.
    version: ClassVar[str]
    # Whether it keeps the marks of secrets by itself; without, the engine marks the outputs.
    accepts_secrets: ClassVar[bool] = False

    def __init__(self) -> None:
        self.answers = Answers(self.name)

    @abstractmethod
    def package_schema(self) -> Mapping[str, Any]:
        """Return the package schema (for `pulumi import` and editors)."""

    @abstractmethod
    def check_settings(self, news: Props) -> tuple[Props, Iterable[str]]:
        """Return the provider's settings with defaults, and every reason to refuse them."""

    @abstractmethod
    def diff_settings(self, olds: Props, news: Props) -> list[Change]:
        """Return what has changed; a change that replaces the provider replaces all its resources."""

    @abstractmethod
    def configure(self, given: Props) -> None:
        """Remember the settings; ask nobody yet."""

    # gRPC chooses the names of the methods below.
    # ruff: noqa: N802

    def Handshake(
        self, request: provider_pb2.ProviderHandshakeRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ProviderHandshakeResponse:
        """Tell the engine what this plugin accepts."""
        del request, context
        return provider_pb2.ProviderHandshakeResponse(
            accept_secrets=self.accepts_secrets, supports_autonaming_configuration=True
        )

    def Attach(self, request: plugin_pb2.PluginAttach, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Serve an engine that has not started this process. The one before it said goodbye by `Cancel`."""
        del request, context
        self.answers.cancelled.clear()
        return empty_pb2.Empty()

    def GetPluginInfo(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        """Return the plugin's version."""
        del request, context
        return plugin_pb2.PluginInfo(version=self.version)

    def GetSchema(
        self, request: provider_pb2.GetSchemaRequest, context: grpc.ServicerContext
    ) -> provider_pb2.GetSchemaResponse:
        """Return the package schema."""
        del request
        with self.answers(context):
            return provider_pb2.GetSchemaResponse(schema=json.dumps(self.package_schema()))

    def CheckConfig(
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        """Complete and validate the provider's settings."""
        with self.answers(context):
            return checked(*self.check_settings(from_struct(request.news)))

    def DiffConfig(self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext) -> provider_pb2.DiffResponse:
        """Compare the provider's settings."""
        with self.answers(context):
            found = self.diff_settings(from_struct(request.old_inputs), from_struct(request.news))
            return changes.response(found, delete_first=False)

    def Configure(
        self, request: provider_pb2.ConfigureRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ConfigureResponse:
        """Remember the provider's settings."""
        with self.answers(context):
            self.configure(from_struct(request.args))
            return provider_pb2.ConfigureResponse(
                acceptSecrets=self.accepts_secrets, supportsPreview=True, supports_autonaming_configuration=True
            )

    def Invoke(self, request: provider_pb2.InvokeRequest, context: grpc.ServicerContext) -> provider_pb2.InvokeResponse:
        """Refuse: a plugin that has functions overrides this."""
        reason = f"the stand-in {self.name} plugin has no function {request.tok}; the official plugin has it"
        context.abort(grpc.StatusCode.UNIMPLEMENTED, reason)

    def Cancel(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Stop waiting; each request in flight ends as its resource needs."""
        del request, context
        self.answers.cancelled.set()
        return empty_pb2.Empty()

    def serve(self) -> None:
        """Serve the engine that started this process; never returns."""
        serve.serve(
            lambda server: provider_pb2_grpc.add_ResourceProviderServicer_to_server(self, server), self.answers.drain
        )


def checked(inputs: Props, reasons: Iterable[str]) -> provider_pb2.CheckResponse:
    """Build the answer to a check.

    The failures name their property in the reason: in a field of its own it makes the engine print the value, secret
    or not.
    """
    failures = [provider_pb2.CheckFailure(reason=reason) for reason in reasons]
    return provider_pb2.CheckResponse(inputs=to_struct(inputs), failures=failures)
