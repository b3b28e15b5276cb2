"""Access to an EKS cluster: a kubeconfig without secrets, whose tokens come from the AWS command line."""

import json
from collections.abc import Iterable

import pulumi


def kubeconfig(
    name: pulumi.Input[str],
    endpoint: pulumi.Input[str],
    certificate: pulumi.Input[str],
    *,
    region: str,
    profile: str | None,
) -> pulumi.Output[str]:
    """Return the kubeconfig (JSON); tokens live 15 minutes, so none is kept in the stack's state.

    ``profile`` is the AWS profile that requests them; None: the default credentials.
    """
    return pulumi.Output.all(name=name, endpoint=endpoint, certificate=certificate).apply(
        lambda known: json.dumps(_document(known["name"], known["endpoint"], known["certificate"], region, profile))
    )


def _document(name: str, endpoint: str, certificate: str, region: str, profile: str | None) -> dict[str, object]:
    whose = ["--profile", profile] if profile else []
    credentials = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": "aws",
        "args": ["eks", "get-token", "--cluster-name", name, "--region", region, *whose],
        "interactiveMode": "Never",
        "installHint": "install the AWS command line, which creates the tokens for EKS clusters",
    }
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": name, "cluster": {"server": endpoint, "certificate-authority-data": certificate}}],
        "users": [{"name": name, "user": {"exec": credentials}}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
        "current-context": name,
    }


def is_among(caller: str, principals: Iterable[str]) -> bool:
    """Whether a caller (the ARN from STS) is one of these IAM roles and users (ARNs), judging by names.

    A role's session carries the role's name without its path: `assumed-role/<role>/<session>`.
    """
    kind, _, rest = caller.rpartition(":")[2].partition("/")
    if kind != "assumed-role":
        return caller in principals
    account, role = caller.split(":")[4], rest.partition("/")[0]
    return any((one.split(":")[4], one.rpartition("/")[2]) == (account, role) for one in principals if ":role/" in one)
