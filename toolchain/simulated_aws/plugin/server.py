"""The engine's ResourceProvider service over the rows of this package."""

import json
import os
from collections.abc import Callable

import grpc
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from toolchain.obtain.stand_ins import AWS_VERSION
from toolchain.simulated_aws.plugin import inputs as checks
from toolchain.simulated_aws.plugin import lifecycle, looking, settings
from toolchain.simulated_aws.plugin.connection import Connection
from toolchain.simulated_aws.plugin.diff import delete_first, diff
from toolchain.simulated_aws.plugin.invokes import INVOKES
from toolchain.simulated_aws.plugin.reading import foreseen, inputs_after_read, previewed, updated
from toolchain.simulated_aws.plugin.rows import Row
from toolchain.simulated_aws.plugin.scope import Resource
from toolchain.simulated_aws.plugin.tables import ROWS
from toolchain.standins.servicer import changes
from toolchain.standins.servicer.answering import Answers, HalfMadeError, RefusedError
from toolchain.standins.servicer.changes import Change
from toolchain.standins.servicer.values import Props, Secret, Value, from_struct, reveal, to_struct

# Settings whose change means another account or region: nothing there can be updated in place.
_ELSEWHERE = ("region",)


class AwsProvider(provider_pb2_grpc.ResourceProviderServicer):
    """One provider process: configured once, then asked for many resources at a time."""

    def __init__(self) -> None:
        self.answers = Answers("aws")
        self.connection = Connection(cancelled=self.answers.cancelled)

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
        return plugin_pb2.PluginInfo(version=AWS_VERSION)

    def GetSchema(
        self, request: provider_pb2.GetSchemaRequest, context: grpc.ServicerContext
    ) -> provider_pb2.GetSchemaResponse:
        """Give the resource types as a package schema (for `pulumi import` and editors)."""
        from toolchain.simulated_aws.plugin.package_schema import package_schema  # noqa: PLC0415 - rarely asked

        del request, context
        return provider_pb2.GetSchemaResponse(schema=json.dumps(package_schema(ROWS)))

    def CheckConfig(
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        """Refuse settings this plugin does not know, and any API that is not simulated on this machine."""
        with self.answers(context):
            reasons = settings.failures(from_struct(request.news), os.environ)
            failures = [provider_pb2.CheckFailure(reason=reason) for reason in reasons]
            return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    def DiffConfig(self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext) -> provider_pb2.DiffResponse:
        """Compare settings; another region replaces everything, as with the official plugin."""
        with self.answers(context):
            olds, news = from_struct(request.old_inputs), from_struct(request.news)
            names = sorted(key for key in olds.keys() | news.keys() if olds.get(key) != news.get(key))
            found = [Change(name, "update", replaces=name in _ELSEWHERE and name in olds) for name in names]
            return changes.response(found, delete_first=False)

    def Configure(
        self, request: provider_pb2.ConfigureRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ConfigureResponse:
        """Remember how to reach the API; nothing is asked of it yet."""
        with self.answers(context):
            found = settings.read(from_struct(request.args), os.environ)
            settings.refuse_real(found)
            self.connection = Connection(found, self.answers.cancelled)
            return provider_pb2.ConfigureResponse(
                acceptSecrets=False, supportsPreview=True, supports_autonaming_configuration=True
            )

    def Check(self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext) -> provider_pb2.CheckResponse:
        """Complete and judge inputs."""
        with self.answers(context):
            name = checks.Name(
                resource=request.name or request.urn.rpartition("::")[2],
                seed=request.randomSeed,
                proposed=request.autonaming.proposed_name,
            )
            made, failures = checks.check(
                _row(request.urn), _plain(request.olds), _plain(request.news), name, self.connection
            )
            return provider_pb2.CheckResponse(
                inputs=to_struct(made),
                # Named in the reason: with a property of its own the engine would print the value, secret or not.
                failures=[provider_pb2.CheckFailure(reason=reason) for reason in failures],
            )

    def Diff(self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext) -> provider_pb2.DiffResponse:
        """Compare old inputs with new inputs; never with the state, which has more."""
        with self.answers(context):
            row, olds, news = _row(request.urn), _plain(request.old_inputs), _plain(request.news)
            for name in request.ignoreChanges:
                top = name.split(".")[0].split("[")[0]
                news = {k: v for k, v in news.items() if k != top} | ({top: olds[top]} if top in olds else {})
            return changes.response(diff(row, olds, news), delete_first=delete_first(row, olds, news))

    def Create(self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext) -> provider_pb2.CreateResponse:
        """Make a resource, or say what it will be."""
        with self.answers(context):
            row, props = _row(request.urn), _plain(request.properties)
            if request.preview:
                return provider_pb2.CreateResponse(properties=to_struct(previewed(row, props, self.connection)))
            resource = self._resource(row, props, name=request.name)
            lifecycle.create(resource)
            outputs = self._settled(resource, lambda: lifecycle.finish(resource))
            return provider_pb2.CreateResponse(id=resource.id, properties=to_struct(outputs))

    def Read(self, request: provider_pb2.ReadRequest, context: grpc.ServicerContext) -> provider_pb2.ReadResponse:
        """Look at a resource: live values win. An empty id says that it is gone."""
        with self.answers(context):
            row, state, old = _row(request.urn), _plain(request.properties), _plain(request.inputs)
            resource = self._resource(row, state, identity=request.id)
            live = looking.look(resource)
            if live is None:
                return provider_pb2.ReadResponse()
            kept: Props = {key: value for key, value in live.items() if value is not None}
            news = inputs_after_read(row, old, kept, self.connection)
            outputs = lifecycle.outputs_of(resource, kept, _known(state, live) | news)
            return provider_pb2.ReadResponse(
                id=resource.found_id(),
                properties=to_struct(_marked(row, outputs)),
                inputs=to_struct(_marked(row, news)),
            )

    def Update(self, request: provider_pb2.UpdateRequest, context: grpc.ServicerContext) -> provider_pb2.UpdateResponse:
        """Change a resource in place, or say what it will be."""
        with self.answers(context):
            row, state, news = _row(request.urn), _plain(request.olds), _plain(request.news)
            olds = _plain(request.old_inputs)
            if request.preview:
                return provider_pb2.UpdateResponse(properties=to_struct(foreseen(row, state, olds, news)))
            resource = self._resource(row, updated(state, olds, news), identity=request.id)
            resource.wanted = news
            outputs = self._settled(resource, lambda: lifecycle.update(resource, olds))
            return provider_pb2.UpdateResponse(properties=to_struct(outputs))

    def Delete(self, request: provider_pb2.DeleteRequest, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Remove a resource and wait until it is gone."""
        with self.answers(context):
            resource = self._resource(_row(request.urn), _plain(request.properties), identity=request.id)
            lifecycle.delete(resource)
            return empty_pb2.Empty()

    def Invoke(self, request: provider_pb2.InvokeRequest, context: grpc.ServicerContext) -> provider_pb2.InvokeResponse:
        """Answer one of the functions that the plugin knows."""
        with self.answers(context):
            known: Callable[[Connection, Props], Props] | None = INVOKES.get(request.tok)
            if known is None:
                raise RefusedError(
                    f"the stand-in aws plugin has no function {request.tok} (it has {', '.join(sorted(INVOKES))}); "
                    "the official plugin has it"
                )
            answer = known(self.connection, _plain(request.args))
            return _returning(answer)

    def Cancel(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Give up waiting; what was made so far stays in the state."""
        del request, context
        self.answers.cancelled.set()
        return empty_pb2.Empty()

    def _resource(self, row: Row, props: Props, *, identity: str = "", name: str = "") -> Resource:
        return Resource(self.connection, row, props, identity, name)

    def _settled(self, resource: Resource, work: Callable[[], None]) -> Props:
        """Do what follows; whatever goes wrong now, the resource exists and must reach the state."""
        inputs = resource.wanted or resource.props
        try:
            work()
            live = looking.look(resource)
        except RefusedError as error:
            detail = provider_pb2.ErrorResourceInitFailed(
                id=resource.id, properties=to_struct(resource.props), reasons=[str(error)], inputs=to_struct(inputs)
            )
            raise HalfMadeError(detail) from error
        if live is None:
            raise RefusedError(f"{resource.row.urn_type} {resource.id} vanished while it was made")
        return lifecycle.outputs_of(resource, {k: v for k, v in live.items() if v is not None}, resource.props)


def _returning(answer: Props) -> provider_pb2.InvokeResponse:
    """Fill in the field `return`, whose name Python keeps for itself."""
    response = provider_pb2.InvokeResponse()
    getattr(response, "return").CopyFrom(to_struct(answer))
    return response


def _known(state: Props, live: Props) -> Props:
    """Give what the state knows but the API does not tell; what the API says is not there is dropped."""
    return {key: value for key, value in state.items() if live.get(key, value) is not None}


def _marked(row: Row, props: Props) -> Props:
    """Mark what is secret by itself: an import has no program whose marks the engine could carry over."""
    return {key: Secret(value) if key in row.secrets else value for key, value in props.items()}


def _plain(struct: struct_pb2.Struct) -> Props:
    decoded: Value = reveal(from_struct(struct))
    return decoded if isinstance(decoded, dict) else {}


def _row(urn: str) -> Row:
    token = urn.split("::")[2].rpartition("$")[2]
    row = ROWS.get(token)
    if row is None:
        raise RefusedError(
            f"the stand-in aws plugin does not know {token} (docs/aws-simulation.md lists what it knows); "
            "the official plugin does"
        )
    return row
