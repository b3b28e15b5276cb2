"""Entry point of `pulumi-resource-kubernetes`."""

from toolchain.standins.kubernetes.server import KubernetesProvider

if __name__ == "__main__":
    KubernetesProvider().serve()
