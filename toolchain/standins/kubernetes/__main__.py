"""Entry point of `pulumi-resource-kubernetes`."""

from toolchain.standins.servicer import stubs

if __name__ == "__main__":
    stubs.without_the_sdk()
    from toolchain.standins.kubernetes.server import KubernetesProvider

    KubernetesProvider().serve()
