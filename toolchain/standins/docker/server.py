"""The engine's ResourceProvider service over the resource types of this package."""

import os
from collections.abc import Iterable, Mapping
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2

from toolchain.obtain.stand_ins import DOCKER_VERSION
from toolchain.standins.docker.container import Containers
from toolchain.standins.docker.diff import delete_first, diff
from toolchain.standins.docker.engine import DEFAULT_HOST, Connection, Engine
from toolchain.standins.docker.image import RemoteImages, Tags
from toolchain.standins.docker.inputs import check
from toolchain.standins.docker.network import Networks
from toolchain.standins.docker.resource import Handler, inputs_after_read, planned, previewed
from toolchain.standins.docker.volume import Volumes
from toolchain.standins.servicer import changes
from toolchain.standins.servicer.answering import RefusedError
from toolchain.standins.servicer.autonaming import Autoname
from toolchain.standins.servicer.changes import Change
from toolchain.standins.servicer.provider import Provider, checked
from toolchain.standins.servicer.urn import token_of
from toolchain.standins.servicer.values import Props, from_struct, text, to_struct

HANDLERS: dict[str, Handler] = {
    handler.kind.urn_type: handler for handler in (Containers(), Networks(), Volumes(), RemoteImages(), Tags())
}
# Provider settings this plugin understands; the others of the official one are errors, not ignored.
SETTINGS = ("host", "certPath")
# What the engine itself puts among a provider's settings.
_ENGINE_SETTINGS = ("version", "pluginDownloadURL", "__internal")


class DockerProvider(Provider):
    """Manages resources of one container engine."""

    name = "docker"
    version = DOCKER_VERSION

    def __init__(self) -> None:
        super().__init__()
        self.engine = Engine(cancelled=self.answers.cancelled)

    def package_schema(self) -> Mapping[str, Any]:
        """Return the property tables as a schema."""
        from toolchain.standins.docker.package_schema import package_schema  # noqa: PLC0415 - rarely asked

        return package_schema([handler.kind for handler in HANDLERS.values()])

    def check_settings(self, news: Props) -> tuple[Props, Iterable[str]]:
        """Refuse settings this plugin does not know; write down the host's default as the official plugin does."""
        unknown = [name for name in news if name not in (*SETTINGS, *_ENGINE_SETTINGS)]
        if not text(news, "host"):
            news["host"] = os.environ.get("DOCKER_HOST") or DEFAULT_HOST
        return news, [f"unknown setting {name}; known are {', '.join(SETTINGS)}" for name in unknown]

    def diff_settings(self, olds: Props, news: Props) -> list[Change]:
        """Compare settings; another host is an update, as with the official plugin."""
        return changes.between(olds, news)

    def configure(self, given: Props) -> None:
        """Remember which container engine to use."""
        self.engine.connection = Connection(host=text(given, "host"), cert_path=text(given, "certPath"))

    # gRPC chooses the names of the methods below.
    # ruff: noqa: N802

    def Check(self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext) -> provider_pb2.CheckResponse:
        """Complete and validate inputs."""
        with self.answers(context):
            olds, news = from_struct(request.olds), from_struct(request.news)
            return checked(*check(_handler(request.urn).kind, olds, news, Autoname.of(request)))

    def Diff(self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext) -> provider_pb2.DiffResponse:
        """Compare old inputs with new inputs; never with the state, which has more."""
        with self.answers(context):
            kind = _handler(request.urn).kind
            olds, news, state = (from_struct(part) for part in (request.old_inputs, request.news, request.olds))
            news = changes.ignoring(request.ignoreChanges, olds, news)
            found = diff(kind, olds, news)
            # A stopped container that should run is known from the state alone when nobody has refreshed.
            if state.get("mustRun") is False and news.get("mustRun") is True and olds.get("mustRun") is True:
                found.append(Change("mustRun", "update", replaces=False))
            return changes.response(found, delete_first=delete_first(kind, olds, news))

    def Create(self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext) -> provider_pb2.CreateResponse:
        """Create a resource, or preview its outputs."""
        with self.answers(context):
            handler, props = _handler(request.urn), from_struct(request.properties)
            if request.preview:
                return provider_pb2.CreateResponse(properties=to_struct(previewed(handler.kind, props)))
            live = handler.create(self.engine, request.name, props, request.timeout)
            return provider_pb2.CreateResponse(id=live.id, properties=to_struct(live.outputs))

    def Read(self, request: provider_pb2.ReadRequest, context: grpc.ServicerContext) -> provider_pb2.ReadResponse:
        """Read a resource: live values win. An empty id says that it is gone."""
        with self.answers(context):
            handler, old = _handler(request.urn), from_struct(request.inputs)
            live = handler.read(self.engine, request.id, from_struct(request.properties))
            if live is None:
                return provider_pb2.ReadResponse()
            news = inputs_after_read(handler.kind, old, live.outputs)
            return provider_pb2.ReadResponse(id=live.id, properties=to_struct(live.outputs), inputs=to_struct(news))

    def Update(self, request: provider_pb2.UpdateRequest, context: grpc.ServicerContext) -> provider_pb2.UpdateResponse:
        """Update a resource in place, or preview its outputs."""
        with self.answers(context):
            handler, state, news = _handler(request.urn), from_struct(request.olds), from_struct(request.news)
            if request.preview:
                outputs = state | planned(handler.kind, news)
            else:
                outputs = handler.update(self.engine, request.id, state, news).outputs
            return provider_pb2.UpdateResponse(properties=to_struct(outputs))

    def Delete(self, request: provider_pb2.DeleteRequest, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Delete a resource."""
        with self.answers(context):
            _handler(request.urn).delete(self.engine, request.id, from_struct(request.properties))
            return empty_pb2.Empty()


def _handler(urn: str) -> Handler:
    urn_type = token_of(urn)
    handler = HANDLERS.get(urn_type)
    if handler is None:
        raise RefusedError(
            f"the stand-in docker plugin does not support {urn_type} (it supports {', '.join(sorted(HANDLERS))}); "
            "the official plugin does"
        )
    return handler
