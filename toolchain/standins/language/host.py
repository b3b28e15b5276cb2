"""The Python language host of the Pulumi engine: runs programs, policy packs and Python plugins for it.

Stands in for the official `pulumi-language-python`, which exists as a download only. The interpreter that runs this
host is the interpreter that runs the program: the toolchain writes the start script with the project's own.
"""

import os
import platform
import sys
from collections.abc import Iterator
from importlib import metadata

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

from toolchain.standins.language.ahead import Ahead
from toolchain.standins.servicer import serve, stubs


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """The engine's `LanguageRuntime` service. What it does not define answers UNIMPLEMENTED."""

    def __init__(self) -> None:
        self._ahead = Ahead()
        self._engine_address = ""

    def begin(self) -> None:
        """Import what running a program takes."""
        from toolchain.standins.language import plugin  # noqa: F401, PLC0415 - before the SDK takes the protocol over

        self._ahead.begin()

    def Handshake(  # noqa: N802 - gRPC's name
        self, request: language_pb2.LanguageHandshakeRequest, context: grpc.ServicerContext
    ) -> language_pb2.LanguageHandshakeResponse:
        """Remember the engine, which says so only to a host that it has not started itself."""
        del context
        self._engine_address = request.engine_address
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(  # noqa: N802 - gRPC's name
        self, request: empty_pb2.Empty, context: grpc.ServicerContext
    ) -> plugin_pb2.PluginInfo:
        """Report the SDK's version: the host speaks that version's protocol."""
        del request, context
        return plugin_pb2.PluginInfo(version=metadata.version("pulumi"))

    def About(  # noqa: N802 - gRPC's name
        self, request: language_pb2.AboutRequest, context: grpc.ServicerContext
    ) -> language_pb2.AboutResponse:
        """For `pulumi about`."""
        del request, context
        return language_pb2.AboutResponse(executable=sys.executable, version=platform.python_version())

    def GetRequiredPackages(  # noqa: N802 - gRPC's name
        self, request: language_pb2.GetRequiredPackagesRequest, context: grpc.ServicerContext
    ) -> language_pb2.GetRequiredPackagesResponse:
        """Name none: an installed SDK may have no plugin here, and the engine finds those the program really uses."""
        del request, context
        return language_pb2.GetRequiredPackagesResponse()

    def GetRequiredPlugins(  # noqa: N802 - gRPC's name
        self, request: language_pb2.GetRequiredPluginsRequest, context: grpc.ServicerContext
    ) -> language_pb2.GetRequiredPluginsResponse:
        """Name none, as above; older engines ask here."""
        del request, context
        return language_pb2.GetRequiredPluginsResponse()

    def GetProgramDependencies(  # noqa: N802 - gRPC's name
        self, request: language_pb2.GetProgramDependenciesRequest, context: grpc.ServicerContext
    ) -> language_pb2.GetProgramDependenciesResponse:
        """List installed packages; without transitive ones, Pulumi's own."""
        del context
        found = {item.name: item.version for item in metadata.distributions()}
        wanted = found if request.transitiveDependencies else {n: v for n, v in found.items() if n.startswith("pulumi")}
        return language_pb2.GetProgramDependenciesResponse(
            dependencies=[language_pb2.DependencyInfo(name=n, version=v) for n, v in sorted(wanted.items())]
        )

    def RuntimeOptionsPrompts(  # noqa: N802 - gRPC's name
        self, request: language_pb2.RuntimeOptionsRequest, context: grpc.ServicerContext
    ) -> language_pb2.RuntimeOptionsResponse:
        """Ask nothing: the interpreter is given."""
        del request, context
        return language_pb2.RuntimeOptionsResponse()

    def InstallDependencies(  # noqa: N802 - gRPC's name
        self, request: language_pb2.InstallDependenciesRequest, context: grpc.ServicerContext
    ) -> Iterator[language_pb2.InstallDependenciesResponse]:
        """Explain who installs: the toolchain does, with pinned versions, before the engine starts."""
        del context
        text = f"{request.directory}: packages are those of {sys.prefix}; `make up` installs them\n"
        yield language_pb2.InstallDependenciesResponse(stdout=text.encode())

    def Run(  # noqa: N802 - gRPC's name
        self, request: language_pb2.RunRequest, context: grpc.ServicerContext
    ) -> language_pb2.RunResponse:
        """Run the program. `bail` means: it failed, and the user has been told."""
        self._ahead.finish()
        stubs.with_the_sdk()
        from toolchain.standins.language import program as language_program  # noqa: PLC0415 - policy packs and `about` need no program runner

        del context
        ending = language_program.run(request, self._engine_address)
        return language_pb2.RunResponse(error=ending.error, bail=ending.shown)

    def RunPlugin(  # noqa: N802 - gRPC's name
        self, request: language_pb2.RunPluginRequest, context: grpc.ServicerContext
    ) -> Iterator[language_pb2.RunPluginResponse]:
        """Run a plugin or policy pack as a child process and stream what it writes, last its exit code."""
        from toolchain.standins.language import plugin as language_plugin  # noqa: PLC0415 - most commands run none

        if request.kind == "analyzer":
            # The engine runs no program before every policy pack has answered, which takes a second.
            self._ahead.begin()
        yield from language_plugin.run(request, context)

    def Cancel(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> empty_pb2.Empty:  # noqa: N802 - gRPC
        """Do nothing: the engine gives up on the program and ends this process next."""
        del request, context
        return empty_pb2.Empty()


def main() -> None:
    """Serve the engine that started this process."""
    # The program's output appears while it runs, as with the official host's `python -u`.
    os.environ["PYTHONUNBUFFERED"] = "1"
    host = LanguageHost()
    if not sys.argv[1:]:
        # An engine names itself. Whoever else starts a host wants a program run later.
        host.begin()
    serve.serve(lambda server: language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server))
