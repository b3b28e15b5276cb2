"""Entry point of `pulumi-resource-docker`."""

from toolchain.standins.servicer import stubs

if __name__ == "__main__":
    stubs.without_the_sdk()
    from toolchain.standins.docker.server import DockerProvider

    DockerProvider().serve()
