"""Entry point of `pulumi-resource-docker`."""

from toolchain.standins.docker.server import DockerProvider

if __name__ == "__main__":
    DockerProvider().serve()
