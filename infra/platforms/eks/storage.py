"""The disks of a stack's volumes: a cluster of EKS has no class of storage that is taken by default."""

from collections.abc import Mapping
from dataclasses import replace

import pulumi
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs
from pulumi_kubernetes.storage.v1 import StorageClass

from config.aws.cluster import Compute
from config.load import Stack
from config.settings import CONTROL_ZONE
from infra.platforms.kubernetes.naming import Naming

_ADDON, _AUTO_MODE = "ebs.csi.aws.com", "ebs.csi.eks.amazonaws.com"


def with_storage_class(stack: Stack) -> Stack:
    """Return the stack with a class of its own named for its volumes, where it names none."""
    if stack.settings.kubernetes.storage_class is not None:
        return stack
    named = stack.settings.kubernetes.model_copy(update={"storage_class": f"planewatch-{stack.name}"})
    return replace(stack, settings=stack.settings.model_copy(update={"kubernetes": named}))


def storage_class(
    naming: Naming, compute: Compute, tags: Mapping[str, str], *, options: pulumi.ResourceOptions
) -> StorageClass:
    """Make the class ``planewatch-<stack>``: encrypted gp3, in the zone of the pod that asks first."""
    automatic = compute == "auto-mode"
    # Auto Mode's driver may set no tags but EKS's own unless its role is given more.
    tagged = {} if automatic else {f"tagSpecification_{at}": f"{key}={tags[key]}" for at, key in enumerate(tags, 1)}
    return StorageClass(
        "disks",
        metadata=ObjectMetaArgs(
            name=naming.instance, labels=naming.zone_labels(CONTROL_ZONE), annotations=dict(naming.annotations)
        ),
        provisioner=_AUTO_MODE if automatic else _ADDON,
        parameters={"type": "gp3", "encrypted": "true", **tagged},
        volume_binding_mode="WaitForFirstConsumer",
        allow_volume_expansion=True,
        reclaim_policy="Delete",
        opts=options,
    )
