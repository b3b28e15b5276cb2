"""Entry point of `pulumi-resource-kubernetes`."""

from pulumi.runtime.proto import provider_pb2_grpc

from toolchain.standins.kubernetes.server import KubernetesProvider
from toolchain.standins.servicer import serve


def main() -> None:
    """Serve the engine that started this process."""
    provider = KubernetesProvider()
    serve.serve(
        lambda server: provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server),
        provider.answers.drain,
    )


if __name__ == "__main__":
    main()
