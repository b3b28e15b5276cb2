"""The engine's ResourceProvider service over the rows of this package."""

import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import grpc
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import provider_pb2

from toolchain.obtain.stand_ins import AWS_VERSION
from toolchain.simulated_aws.plugin import lifecycle, settings
from toolchain.simulated_aws.plugin.connection import Connection
from toolchain.simulated_aws.plugin.diff import delete_first, diff
from toolchain.simulated_aws.plugin.inputs import check
from toolchain.simulated_aws.plugin.invokes import INVOKES
from toolchain.simulated_aws.plugin.live import read_live
from toolchain.simulated_aws.plugin.reading import inputs_after_read, preview_update, previewed, updated
from toolchain.simulated_aws.plugin.rows import Row
from toolchain.simulated_aws.plugin.scope import Resource
from toolchain.simulated_aws.plugin.tables import ROWS
from toolchain.standins.servicer import changes
from toolchain.standins.servicer.answering import InitFailedError, RefusedError
from toolchain.standins.servicer.autonaming import Autoname
from toolchain.standins.servicer.changes import Change
from toolchain.standins.servicer.provider import Provider, checked
from toolchain.standins.servicer.urn import token_of
from toolchain.standins.servicer.values import Props, Secret, Value, from_struct, reveal, to_struct

# Settings whose change means another account or region: nothing there can be updated in place.
_ELSEWHERE = ("region",)


class AwsProvider(Provider):
    """Manages resources of one account and region."""

    name = "aws"
    version = AWS_VERSION

    def __init__(self) -> None:
        super().__init__()
        self.connection = Connection(cancelled=self.answers.cancelled)

    def package_schema(self) -> Mapping[str, Any]:
        """Return the resource types as a schema."""
        from toolchain.simulated_aws.plugin.package_schema import package_schema  # noqa: PLC0415 - rarely asked

        return package_schema(ROWS)

    def check_settings(self, news: Props) -> tuple[Props, Iterable[str]]:
        """Refuse settings this plugin does not know, and any API that is not simulated on this machine."""
        return news, settings.failures(news, os.environ)

    def diff_settings(self, olds: Props, news: Props) -> list[Change]:
        """Compare settings; another region replaces everything, as with the official plugin."""
        return changes.between(olds, news, replacing=_ELSEWHERE)

    def configure(self, given: Props) -> None:
        """Remember how to reach the API."""
        found = settings.read(given, os.environ)
        settings.refuse_real(found)
        self.connection = Connection(found, self.answers.cancelled)

    # gRPC chooses the names of the methods below.
    # ruff: noqa: N802

    def Check(self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext) -> provider_pb2.CheckResponse:
        """Complete and validate inputs."""
        with self.answers(context):
            olds, news = _plain(request.olds), _plain(request.news)
            return checked(*check(_row(request.urn), olds, news, Autoname.of(request), self.connection))

    def Diff(self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext) -> provider_pb2.DiffResponse:
        """Compare old inputs with new inputs; never with the state, which has more."""
        with self.answers(context):
            row, olds, news = _row(request.urn), _plain(request.old_inputs), _plain(request.news)
            news = changes.ignoring(request.ignoreChanges, olds, news)
            return changes.response(diff(row, olds, news), delete_first=delete_first(row, olds, news))

    def Create(self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext) -> provider_pb2.CreateResponse:
        """Create a resource, or preview its outputs."""
        with self.answers(context):
            row, props = _row(request.urn), _plain(request.properties)
            if request.preview:
                return provider_pb2.CreateResponse(properties=to_struct(previewed(row, props, self.connection)))
            resource = self._resource(row, props, name=request.name)
            lifecycle.create(resource)
            outputs = self._settled(resource, lambda: lifecycle.finish(resource))
            return provider_pb2.CreateResponse(id=resource.id, properties=to_struct(outputs))

    def Read(self, request: provider_pb2.ReadRequest, context: grpc.ServicerContext) -> provider_pb2.ReadResponse:
        """Read a resource: live values win. An empty id says that it is gone."""
        with self.answers(context):
            row, state, old = _row(request.urn), _plain(request.properties), _plain(request.inputs)
            resource = self._resource(row, state, identity=request.id)
            live = read_live(resource)
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
        """Update a resource in place, or preview its outputs."""
        with self.answers(context):
            row, state, news = _row(request.urn), _plain(request.olds), _plain(request.news)
            olds = _plain(request.old_inputs)
            if request.preview:
                return provider_pb2.UpdateResponse(properties=to_struct(preview_update(row, state, olds, news)))
            resource = self._resource(row, updated(state, olds, news), identity=request.id)
            resource.wanted = news
            outputs = self._settled(resource, lambda: lifecycle.update(resource, olds))
            return provider_pb2.UpdateResponse(properties=to_struct(outputs))

    def Delete(self, request: provider_pb2.DeleteRequest, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Delete a resource and wait until it is gone."""
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

    def _resource(self, row: Row, props: Props, *, identity: str = "", name: str = "") -> Resource:
        return Resource(self.connection, row, props, identity, name)

    def _settled(self, resource: Resource, work: Callable[[], None]) -> Props:
        """Do what follows a creation or update; whatever fails now, the resource exists and must reach the state."""
        inputs = resource.wanted or resource.props
        try:
            work()
            live = read_live(resource)
        except RefusedError as error:
            detail = provider_pb2.ErrorResourceInitFailed(
                id=resource.id, properties=to_struct(resource.props), reasons=[str(error)], inputs=to_struct(inputs)
            )
            raise InitFailedError(detail) from error
        if live is None:
            raise RefusedError(f"{resource.row.urn_type} {resource.id} vanished during creation")
        return lifecycle.outputs_of(resource, {k: v for k, v in live.items() if v is not None}, resource.props)


def _returning(answer: Props) -> provider_pb2.InvokeResponse:
    """Fill in the field `return`, whose name Python keeps for itself."""
    response = provider_pb2.InvokeResponse()
    getattr(response, "return").CopyFrom(to_struct(answer))
    return response


def _known(state: Props, live: Props) -> Props:
    """Return what the state knows but the API does not tell; what the API says is not there is dropped."""
    return {key: value for key, value in state.items() if live.get(key, value) is not None}


def _marked(row: Row, props: Props) -> Props:
    """Mark what is secret by itself: an import has no program whose marks the engine could carry over."""
    return {key: Secret(value) if key in row.secrets else value for key, value in props.items()}


def _plain(struct: struct_pb2.Struct) -> Props:
    decoded: Value = reveal(from_struct(struct))
    return decoded if isinstance(decoded, dict) else {}


def _row(urn: str) -> Row:
    token = token_of(urn)
    row = ROWS.get(token)
    if row is None:
        raise RefusedError(
            f"the stand-in aws plugin does not support {token} (docs/aws-simulation.md lists what it supports); "
            "the official plugin does"
        )
    return row
