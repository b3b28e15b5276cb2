"""The engine's ResourceProvider service over the resource types of this package."""

import json
import os

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from toolchain.obtain.stand_ins import DOCKER_VERSION
from toolchain.standins.docker import inputs as checks
from toolchain.standins.docker.container import Containers
from toolchain.standins.docker.diff import delete_first, diff
from toolchain.standins.docker.engine import DEFAULT_HOST, Connection, Engine
from toolchain.standins.docker.image import RemoteImages, Tags
from toolchain.standins.docker.network import Networks
from toolchain.standins.docker.resource import Handler, inputs_after_read, planned, previewed
from toolchain.standins.docker.volume import Volumes
from toolchain.standins.servicer import changes
from toolchain.standins.servicer.answering import Answers, RefusedError
from toolchain.standins.servicer.changes import Change
from toolchain.standins.servicer.values import from_struct, text, to_struct

HANDLERS: dict[str, Handler] = {
    handler.kind.urn_type: handler for handler in (Containers(), Networks(), Volumes(), RemoteImages(), Tags())
}
# Provider settings this plugin understands; the others of the official one are errors, not ignored.
SETTINGS = ("host", "certPath")


class DockerProvider(provider_pb2_grpc.ResourceProviderServicer):
    """One provider process: configured once, then asked for many resources at a time."""

    def __init__(self) -> None:
        self.answers = Answers("docker")
        self.engine = Engine(cancelled=self.answers.cancelled)

    # gRPC chooses the names of the methods below.
    # ruff: noqa: N802

    def Handshake(
        self, request: provider_pb2.ProviderHandshakeRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ProviderHandshakeResponse:
        """Say what this plugin takes: no secrets (the engine then marks outputs itself)."""
        del request, context
        return provider_pb2.ProviderHandshakeResponse(supports_autonaming_configuration=True)

    def GetPluginInfo(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        """Report the version whose behaviour this plugin has."""
        del request, context
        return plugin_pb2.PluginInfo(version=DOCKER_VERSION)

    def GetSchema(
        self, request: provider_pb2.GetSchemaRequest, context: grpc.ServicerContext
    ) -> provider_pb2.GetSchemaResponse:
        """Give the property tables as a package schema (for `pulumi import` and editors)."""
        from toolchain.standins.docker.package_schema import package_schema  # noqa: PLC0415 - rarely asked

        del request, context
        return provider_pb2.GetSchemaResponse(schema=json.dumps(package_schema([h.kind for h in HANDLERS.values()])))

    def CheckConfig(
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        """Refuse settings this plugin does not know; the host's default is written down as the official plugin does."""
        del context
        news = from_struct(request.news)
        failures = [
            provider_pb2.CheckFailure(reason=f"unknown setting {name}; {_KNOWN}")
            for name in news
            if name not in SETTINGS and name not in _ENGINE_SETTINGS
        ]
        if not text(news, "host"):
            news["host"] = os.environ.get("DOCKER_HOST") or DEFAULT_HOST
        return provider_pb2.CheckResponse(inputs=to_struct(news), failures=failures)

    def DiffConfig(self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext) -> provider_pb2.DiffResponse:
        """Compare settings; another host is an update, as with the official plugin."""
        del context
        olds, news = from_struct(request.old_inputs), from_struct(request.news)
        names = sorted(key for key in olds.keys() | news.keys() if olds.get(key) != news.get(key))
        return changes.response([Change(name, "update", replaces=False) for name in names], delete_first=False)

    def Configure(
        self, request: provider_pb2.ConfigureRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ConfigureResponse:
        """Remember which container engine to use; nothing is asked of it yet."""
        del context
        args = from_struct(request.args)
        self.engine.connection = Connection(host=text(args, "host"), cert_path=text(args, "certPath"))
        return provider_pb2.ConfigureResponse(
            acceptSecrets=False, supportsPreview=True, supports_autonaming_configuration=True
        )

    def Check(self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext) -> provider_pb2.CheckResponse:
        """Complete and judge inputs."""
        with self.answers(context):
            kind = _handler(request.urn).kind
            name = checks.Name(
                resource=request.name or request.urn.rpartition("::")[2],
                seed=request.randomSeed,
                proposed=request.autonaming.proposed_name,
                enforced=request.autonaming.mode == provider_pb2.CheckRequest.AutonamingOptions.ENFORCE,
            )
            made, failures = checks.check(kind, from_struct(request.olds), from_struct(request.news), name)
            return provider_pb2.CheckResponse(
                inputs=to_struct(made),
                # Named in the reason: with a property of its own the engine would print the value, secret or not.
                failures=[provider_pb2.CheckFailure(reason=reason) for reason in failures],
            )

    def Diff(self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext) -> provider_pb2.DiffResponse:
        """Compare old inputs with new inputs; never with the state, which has more."""
        with self.answers(context):
            kind = _handler(request.urn).kind
            olds, news, state = (from_struct(part) for part in (request.old_inputs, request.news, request.olds))
            for name in request.ignoreChanges:
                top = name.split(".")[0].split("[")[0]
                news = {k: v for k, v in news.items() if k != top} | ({top: olds[top]} if top in olds else {})
            found = diff(kind, olds, news)
            # A stopped container that should run is known from the state alone when nobody has refreshed.
            if state.get("mustRun") is False and news.get("mustRun") is True and olds.get("mustRun") is True:
                found.append(Change("mustRun", "update", replaces=False))
            return changes.response(found, delete_first=delete_first(kind, olds, news))

    def Create(self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext) -> provider_pb2.CreateResponse:
        """Make a resource, or say what it will be."""
        with self.answers(context):
            handler, props = _handler(request.urn), from_struct(request.properties)
            if request.preview:
                return provider_pb2.CreateResponse(properties=to_struct(previewed(handler.kind, props)))
            live = handler.create(self.engine, request.name, props)
            return provider_pb2.CreateResponse(id=live.id, properties=to_struct(live.outputs))

    def Read(self, request: provider_pb2.ReadRequest, context: grpc.ServicerContext) -> provider_pb2.ReadResponse:
        """Look at a resource: live values win. An empty id says that it is gone."""
        with self.answers(context):
            handler, old = _handler(request.urn), from_struct(request.inputs)
            live = handler.read(self.engine, request.id, from_struct(request.properties))
            if live is None:
                return provider_pb2.ReadResponse()
            news = inputs_after_read(handler.kind, old, live.outputs)
            return provider_pb2.ReadResponse(id=live.id, properties=to_struct(live.outputs), inputs=to_struct(news))

    def Update(self, request: provider_pb2.UpdateRequest, context: grpc.ServicerContext) -> provider_pb2.UpdateResponse:
        """Change a resource in place, or say what it will be."""
        with self.answers(context):
            handler, state, news = _handler(request.urn), from_struct(request.olds), from_struct(request.news)
            if request.preview:
                outputs = state | planned(handler.kind, news)
            else:
                outputs = handler.update(self.engine, request.id, state, news).outputs
            return provider_pb2.UpdateResponse(properties=to_struct(outputs))

    def Delete(self, request: provider_pb2.DeleteRequest, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Remove a resource."""
        with self.answers(context):
            _handler(request.urn).delete(self.engine, request.id, from_struct(request.properties))
            return empty_pb2.Empty()

    def Invoke(self, request: provider_pb2.InvokeRequest, context: grpc.ServicerContext) -> provider_pb2.InvokeResponse:
        """Refuse: the stand-in has no functions."""
        reason = f"the stand-in docker plugin has no function {request.tok}; the official plugin has it"
        context.abort(grpc.StatusCode.UNIMPLEMENTED, reason)

    def Cancel(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Give up waiting: whatever is half made is removed again."""
        del request, context
        self.engine.cancelled.set()
        return empty_pb2.Empty()


_KNOWN = f"known are {', '.join(SETTINGS)}"
# What the engine itself puts among a provider's settings.
_ENGINE_SETTINGS = ("version", "pluginDownloadURL", "__internal")


def _handler(urn: str) -> Handler:
    urn_type = urn.split("::")[2].rpartition("$")[2]
    handler = HANDLERS.get(urn_type)
    if handler is None:
        raise RefusedError(
            f"the stand-in docker plugin does not know {urn_type} (it knows {', '.join(sorted(HANDLERS))}); "
            "the official plugin does"
        )
    return handler
