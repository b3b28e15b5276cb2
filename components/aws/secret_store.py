"""What a stack with secrets has once: their key, and the driver that reads them for pods."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi
import pulumi_aws as aws

from components.aws import keys
from components.aws.account import Account
from config import addons
from config.kubernetes import Toleration

# Whom the token is for that the driver gets of a pod's service account, by how pods are given their roles.
_AUDIENCES = {"pod-identity": "pods.eks.amazonaws.com", "irsa": "sts.amazonaws.com"}


@dataclass(frozen=True, kw_only=True)
class DriverArgs:
    """On a ``cluster`` of a Kubernetes ``version``, where pods are given their roles ``by``.

    ``tolerations`` are those of the pods that have secrets; ``after`` is what must stand before the driver can run.
    """

    cluster: pulumi.Input[str]
    version: str
    by: Literal["pod-identity", "irsa"]
    tolerations: Sequence[Toleration] = ()
    after: Sequence[pulumi.Resource] = ()


@dataclass(frozen=True, kw_only=True)
class SecretStoreArgs:
    """``driver`` is None where somebody else has installed it."""

    account: Account
    driver: DriverArgs | None


class SecretStore(pulumi.ComponentResource):
    """Secrets are encrypted with ``key_arn``; they can be read once ``ready`` stand."""

    key_arn: pulumi.Output[str]
    ready: tuple[pulumi.Resource, ...]

    def __init__(self, name: str, args: SecretStoreArgs, *, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("planewatch:aws:SecretStore", name, None, opts)
        self.key_arn = keys.key(name, "secrets of pods", args.account, parent=self).arn
        self.ready = () if args.driver is None else (self._install(args.driver),)
        self.register_outputs({"key_arn": self.key_arn})

    def _install(self, args: DriverArgs) -> aws.eks.Addon:
        """Put the Secrets Store CSI driver and AWS's provider for it on every node.

        They have a namespace of their own (``aws-secrets-manager``), read with the role of the pod that mounts, and
        write into that pod's memory: nothing becomes a Secret of the cluster.
        """
        settings = {
            "secrets-store-csi-driver": {
                "enableSecretRotation": True,
                "rotationPollInterval": f"{addons.SECRETS_POLL_S}s",
                "tokenRequests": [{"audience": _AUDIENCES[args.by]}],
            },
            # The driver tolerates every taint, its provider none of its own accord.
            **({"tolerations": [_said(entry) for entry in args.tolerations]} if args.tolerations else {}),
        }
        return aws.eks.Addon(
            addons.SECRETS,
            cluster_name=args.cluster,
            addon_name=addons.SECRETS,
            addon_version=addons.PINS[args.version][addons.SECRETS],
            configuration_values=json.dumps(settings, sort_keys=True),
            resolve_conflicts_on_create="OVERWRITE",
            resolve_conflicts_on_update="PRESERVE",
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(args.after)),
        )


def _said(entry: Toleration) -> dict[str, str]:
    return {name: str(value) for name, value in entry.model_dump(exclude_none=True).items()}
