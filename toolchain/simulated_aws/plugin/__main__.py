"""Entry point of `pulumi-resource-aws`."""

from toolchain.simulated_aws.plugin.server import AwsProvider

if __name__ == "__main__":
    AwsProvider().serve()
