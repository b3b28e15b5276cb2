"""Entry point of `pulumi-resource-aws`."""

from pulumi.runtime.proto import provider_pb2_grpc

from toolchain.simulated_aws.plugin.server import AwsProvider
from toolchain.standins.servicer import serve


def main() -> None:
    """Serve the engine that started this process."""
    provider = AwsProvider()
    serve.serve(
        lambda server: provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server),
        provider.answers.drain,
    )


if __name__ == "__main__":
    main()
