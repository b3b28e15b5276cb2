"""A plugin asked over a real connection as the engine asks it, without an engine."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from toolchain.standins.servicer import serve
from toolchain.standins.servicer.provider import Provider
from toolchain.standins.servicer.values import Props, from_struct, to_struct

Stub = provider_pb2_grpc.ResourceProviderStub


@dataclass(frozen=True)
class Asked:
    """A plugin's side of the conversation; each method is one of the engine's requests."""

    stub: Stub

    def check_settings(self, settings: Props) -> list[str]:
        """Return why the plugin refuses a provider's settings."""
        request = provider_pb2.CheckRequest(urn=_urn("pulumi:providers:p"), news=to_struct(settings))
        return [failure.reason for failure in self.stub.CheckConfig(request).failures]

    def configure(self, settings: Props) -> None:
        """Configure the provider."""
        self.stub.Configure(provider_pb2.ConfigureRequest(args=to_struct(settings)))

    def check(self, token: str, inputs: Props) -> list[str]:
        """Return why the plugin refuses a resource's inputs: what a preview shows."""
        request = provider_pb2.CheckRequest(urn=_urn(token), name="n", news=to_struct(inputs), randomSeed=b"seed")
        return [failure.reason for failure in self.stub.Check(request).failures]

    def create(self, token: str, inputs: Props) -> str:
        """Check and create a resource; returns its id. Refusals are an RpcError."""
        urn = _urn(token)
        checked = self.stub.Check(provider_pb2.CheckRequest(urn=urn, name="n", news=to_struct(inputs)))
        assert not checked.failures, [failure.reason for failure in checked.failures]
        made = self.stub.Create(provider_pb2.CreateRequest(urn=urn, name="n", properties=checked.inputs))
        return str(made.id)

    def invoke(self, token: str, args: Props) -> Props:
        """Call a function."""
        answer = self.stub.Invoke(provider_pb2.InvokeRequest(tok=token, args=to_struct(args)))
        return from_struct(getattr(answer, "return"))


@contextmanager
def asked(provider: Provider) -> Iterator[Asked]:
    """Serve a plugin while the context lasts."""
    server, port = serve.start(
        lambda server: provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server)
    )
    with grpc.insecure_channel(f"127.0.0.1:{port}", options=serve.CHANNEL_OPTIONS) as channel:
        yield Asked(Stub(channel))
    server.stop(None).wait()


@contextmanager
def refusal(words: str) -> Iterator[None]:
    """Expect a request to be refused in these words, and not by a fault of the plugin."""
    with pytest.raises(grpc.RpcError) as caught:
        yield
    code, said = serve.reason(caught.value)
    assert code is grpc.StatusCode.UNKNOWN, said
    assert words in said


def _urn(token: str) -> str:
    return f"urn:pulumi:s::p::{token}::n"
