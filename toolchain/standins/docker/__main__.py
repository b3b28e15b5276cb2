"""Entry point of `pulumi-resource-docker`."""

from pulumi.runtime.proto import provider_pb2_grpc

from toolchain.standins.docker.server import DockerProvider
from toolchain.standins.servicer import serve


def main() -> None:
    """Serve the engine that started this process."""
    provider = DockerProvider()
    serve.serve(
        lambda server: provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server),
        provider.answers.drain,
    )


if __name__ == "__main__":
    main()
