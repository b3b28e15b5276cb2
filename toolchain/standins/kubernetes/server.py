"""The engine's ResourceProvider service over any kind of Kubernetes object."""

import threading
from collections.abc import Iterable, Mapping
from typing import Any

import grpc
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import provider_pb2

from toolchain.obtain.stand_ins import KUBERNETES_VERSION
from toolchain.standins.kubernetes import kubeconfig, normal, settings, state
from toolchain.standins.kubernetes.apply import Applier
from toolchain.standins.kubernetes.checking import complete
from toolchain.standins.kubernetes.client import Client, UnreachableError
from toolchain.standins.kubernetes.configuring import config_changes
from toolchain.standins.kubernetes.discovery import Discovery
from toolchain.standins.kubernetes.objects import (
    identity,
    kind_of,
    kind_of_token,
    parse_identity,
    with_dashes,
    with_underscores,
)
from toolchain.standins.kubernetes.planning import plan
from toolchain.standins.kubernetes.reading import ReadBack, read_back
from toolchain.standins.kubernetes.state import Stored
from toolchain.standins.kubernetes.waiting import Outcome, Waiter, timeout
from toolchain.standins.servicer import changes
from toolchain.standins.servicer.answering import InitFailedError, RefusedError
from toolchain.standins.servicer.autonaming import Autoname
from toolchain.standins.servicer.changes import Change
from toolchain.standins.servicer.provider import Provider, checked
from toolchain.standins.servicer.values import UNKNOWN, Props, child, from_struct, has_unknown, text, to_struct


class KubernetesProvider(Provider):
    """Manages objects of one cluster."""

    name = "kubernetes"
    version = KUBERNETES_VERSION
    accepts_secrets = True

    def __init__(self) -> None:
        super().__init__()
        self.client = Client(cancelled=self.answers.cancelled)
        self.applier = Applier(self.client, Discovery(self.client))
        self.waiter = Waiter(self.applier)
        self._replaced: set[str] = set()
        self._lock = threading.Lock()

    def package_schema(self) -> Mapping[str, Any]:
        """Return a schema without types: any kind is taken, and the API server knows the fields."""
        return {"name": self.name, "version": self.version, "resources": {}}

    def check_settings(self, news: Props) -> tuple[Props, Iterable[str]]:
        """Refuse settings this plugin does not know, and a kubeconfig that names no cluster."""
        reasons = settings.failures(news)
        wanted = settings.read(news)
        if not (reasons or settings.unknown(news) or wanted.delete_unreachable or wanted.skip_update_unreachable):
            try:
                kubeconfig.target(wanted)
            except RefusedError as error:
                reasons.append(str(error))
        return news, reasons

    def diff_settings(self, olds: Props, news: Props) -> list[Change]:
        """Compare settings: another cluster replaces every object, anything else is an update."""
        return config_changes(olds, news)

    def configure(self, given: Props) -> None:
        """Remember which cluster to use."""
        self.client.settings = settings.read(given)

    # gRPC chooses the names of the methods below.
    # ruff: noqa: N802

    def Check(self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext) -> provider_pb2.CheckResponse:
        """Complete and validate inputs."""
        with self.answers(context):
            kind = kind_of_token(request.urn)
            olds, news = from_struct(request.olds), from_struct(request.news)
            if olds:
                with self._lock:
                    self._replaced.add(request.urn)
            try:
                made, reasons = complete(
                    kind, news, normal.revealed(olds), Autoname.of(request), self.applier.discovery
                )
            except UnreachableError:
                if not self.client.settings.skip_update_unreachable:
                    raise
                return provider_pb2.CheckResponse(inputs=request.olds if olds else request.news)
            return checked(state.annotated(made, news), reasons)

    def Diff(self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext) -> provider_pb2.DiffResponse:
        """Compare the inputs behind the state with new ones."""
        with self.answers(context):
            stored = state.parse(from_struct(request.olds))
            if not stored.inputs:
                stored = Stored(
                    stored.live,
                    _inputs(from_struct(request.old_inputs)),
                    stored.initial_api_version,
                    stored.field_manager,
                )
            news = _inputs(from_struct(request.news))
            found = plan(self.applier, self.client.settings, stored, news, request.ignoreChanges)
            return changes.response(found.changes, delete_first=found.delete_first)

    def Create(self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext) -> provider_pb2.CreateResponse:
        """Create an object and wait until it is ready, or preview it by a dry run."""
        with self.answers(context):
            marked = from_struct(request.properties)
            inputs = _inputs(marked)
            manager, wanted = state.field_manager(inputs, None), self.client.settings
            if request.preview:
                live = None
                if not has_unknown(inputs):
                    live = self.applier.preview_create(
                        inputs, manager, upsert=wanted.upsert, replacing=request.urn in self._replaced
                    )
                if live is None:
                    return provider_pb2.CreateResponse(properties=request.properties)
                return provider_pb2.CreateResponse(properties=_built(_preview(live), inputs, marked, "", manager))
            live = self.applier.create(inputs, manager, upsert=wanted.upsert, force=wanted.patch_force)
            outcome = self._settled(live, inputs, timeout(request.timeout, inputs))
            built = _built(outcome.live, inputs, marked, "", manager)
            _raise_if_init_failed(outcome, built)
            return provider_pb2.CreateResponse(id=identity(outcome.live), properties=built)

    def Read(self, request: provider_pb2.ReadRequest, context: grpc.ServicerContext) -> provider_pb2.ReadResponse:
        """Read an object: live values win. An empty id says that it is gone."""
        with self.answers(context):
            stored = state.parse(from_struct(request.properties))
            marked = from_struct(request.inputs)
            try:
                found = read_back(self.waiter, request.urn, request.id, stored, _inputs(marked))
            except UnreachableError:
                if self.client.settings.delete_unreachable:
                    return provider_pb2.ReadResponse()
                if not self.client.settings.skip_update_unreachable:
                    raise
                return provider_pb2.ReadResponse(id=request.id, properties=request.properties, inputs=request.inputs)
            return _read_response(found, marked, stored) if found else provider_pb2.ReadResponse()

    def Update(self, request: provider_pb2.UpdateRequest, context: grpc.ServicerContext) -> provider_pb2.UpdateResponse:
        """Apply new inputs and wait until the object is ready, or preview it by a dry run."""
        with self.answers(context):
            stored, marked = state.parse(from_struct(request.olds)), from_struct(request.news)
            inputs = _inputs(marked)
            if request.preview and has_unknown(inputs):
                return provider_pb2.UpdateResponse(properties=request.news)
            manager = state.field_manager(inputs, stored)
            live = self.applier.update(
                inputs,
                parse_identity(request.id)[1],
                manager,
                force=self.client.settings.patch_force,
                ignored=request.ignoreChanges,
                dry_run=request.preview,
            )
            if not request.preview and stored.field_manager not in ("", manager):
                self.applier.relinquish(live, stored.field_manager)
            outcome = Outcome(live)
            if not request.preview:
                outcome = self._settled(live, inputs, timeout(request.timeout, inputs))
            built = _built(outcome.live, inputs, marked, stored.initial_api_version, manager)
            _raise_if_init_failed(outcome, built)
            return provider_pb2.UpdateResponse(properties=built)

    def Delete(self, request: provider_pb2.DeleteRequest, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Delete an object and wait until it is gone."""
        with self.answers(context):
            stored = state.parse(from_struct(request.properties))
            try:
                self.waiter.delete(stored.live, stored.inputs, timeout(request.timeout, stored.inputs))
            except UnreachableError:
                if not self.client.settings.delete_unreachable:
                    raise
            return empty_pb2.Empty()

    def Construct(
        self, request: provider_pb2.ConstructRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ConstructResponse:
        """Refuse: YAML files, charts and Kustomize folders are components of the official plugin."""
        reason = f"the stand-in kubernetes plugin has no component {request.type}; the official plugin has it"
        context.abort(grpc.StatusCode.UNIMPLEMENTED, reason)

    def _settled(self, live: Props, inputs: Props, seconds: float) -> Outcome:
        """Wait until it is ready; whatever fails now, the object exists and must reach the state."""
        try:
            return self.waiter.until_ready(live, inputs, seconds)
        except RefusedError as error:
            return Outcome(live, (str(error),))


def _inputs(marked: Props) -> Props:
    """Return inputs as the API server wants them: no secret marks, its own spelling of keys."""
    plain = with_dashes(normal.revealed(marked))
    return normal.normal(plain) if isinstance(plain, dict) else {}


def _built(live: Props, inputs: Props, marked: Props, initial_api_version: str, manager: str) -> struct_pb2.Struct:
    version = initial_api_version or text(inputs, "apiVersion")
    return to_struct(state.build(live, inputs, marked, initial_api_version=version, field_manager=manager))


def _raise_if_init_failed(outcome: Outcome, built: struct_pb2.Struct) -> None:
    if outcome.problems:
        raise InitFailedError(
            provider_pb2.ErrorResourceInitFailed(id=identity(outcome.live), properties=built, reasons=outcome.problems)
        )


def _read_response(found: ReadBack, marked: Props, stored: Stored) -> provider_pb2.ReadResponse:
    built = _built(found.live, found.inputs, marked, stored.initial_api_version, found.manager)
    spelled = with_underscores(found.inputs)
    inputs = to_struct(state.annotated(spelled if isinstance(spelled, dict) else {}, marked))
    if found.problems:
        raise InitFailedError(
            provider_pb2.ErrorResourceInitFailed(id=found.id, properties=built, reasons=found.problems, inputs=inputs)
        )
    return provider_pb2.ReadResponse(id=found.id, properties=built, inputs=inputs)


def _preview(live: Props) -> Props:
    """Return what a dry run tells of an object that is not there yet: what is drawn anew each time is unknown."""
    shown = {key: value for key, value in live.items() if key != "status"}
    drawn = dict.fromkeys(("uid", "resourceVersion", "creationTimestamp"), UNKNOWN)
    shown["metadata"] = {**child(live, "metadata"), **drawn}
    spec = child(live, "spec")
    if kind_of(live).kind == "Service" and text(spec, "clusterIP") not in ("", "None"):
        shown["spec"] = {**spec, "clusterIP": UNKNOWN, "clusterIPs": UNKNOWN}
    return shown
