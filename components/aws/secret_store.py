"""What a stack with secrets has once: their key, and the driver that reads them for pods."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import pulumi

from components.aws.account import Account
from components.aws.addons import AddonArgs, make_addon
from components.aws.identity import Binding
from components.aws.keys import KeyArgs, make_key
from components.toleration import Toleration
from config import addons

# Whom the token is for that the driver gets of a pod's service account, by how pods are given their roles.
_AUDIENCES = {"pod-identity": "pods.eks.amazonaws.com", "irsa": "sts.amazonaws.com"}


@dataclass(frozen=True, kw_only=True)
class DriverArgs:
    """On a ``cluster`` of a Kubernetes ``version``, where pods are given their roles ``by``.

    ``tolerations`` are those of the pods that have secrets; ``after`` is what must stand before the driver can run.
    """

    cluster: pulumi.Input[str]
    version: str
    by: Binding
    tolerations: Sequence[Toleration] = ()
    after: Sequence[pulumi.Resource] = ()


@dataclass(frozen=True, kw_only=True)
class SecretStoreArgs:
    """``driver`` is None on a cluster that has it already."""

    account: Account
    driver: DriverArgs | None


class SecretStore(pulumi.ComponentResource):
    """Secrets are encrypted with ``key_arn``; they can be read once ``ready`` stand."""

    key_arn: pulumi.Output[str]
    ready: tuple[pulumi.Resource, ...]

    def __init__(self, name: str, args: SecretStoreArgs, *, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("planewatch:aws:SecretStore", name, None, opts)
        own = args.account.named(name)
        key = make_key(
            f"{name}-key",
            KeyArgs(account=args.account, alias=own, description=f"{args.account.name}: {name} of pods"),
            parent=self,
        )
        self.key_arn = key.arn
        self.ready = () if args.driver is None else (self._install(name, args.driver),)
        self.register_outputs({"key_arn": self.key_arn})

    def _install(self, name: str, args: DriverArgs) -> pulumi.Resource:
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
        addon = AddonArgs(
            cluster=args.cluster, version=args.version, addon=addons.SECRETS, settings=settings, after=args.after
        )
        return make_addon(f"{name}-{addons.SECRETS}", addon, parent=self)


def _said(entry: Toleration) -> dict[str, str]:
    return {name: str(value) for name, value in asdict(entry).items() if value is not None}
