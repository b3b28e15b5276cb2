"""The storage class of a stack's volumes: EKS clusters have no default one."""

from collections.abc import Mapping

import pulumi
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs
from pulumi_kubernetes.storage.v1 import StorageClass

from components.aws.running_cluster import Compute
from infra.platforms.kubernetes.naming import Naming

_ADDON, _AUTO_MODE = "ebs.csi.aws.com", "ebs.csi.eks.amazonaws.com"


def storage_class(
    naming: Naming, compute: Compute, tags: Mapping[str, str], *, options: pulumi.ResourceOptions
) -> StorageClass:
    """Create the class ``planewatch-<stack>``: encrypted gp3, in the zone of the first pod that uses the volume."""
    automatic = compute == "auto-mode"
    # Auto Mode's driver may set no tags but EKS's own unless its role is given more.
    tagged = {} if automatic else {f"tagSpecification_{at}": f"{key}={tags[key]}" for at, key in enumerate(tags, 1)}
    return StorageClass(
        "disks",
        metadata=ObjectMetaArgs(
            name=naming.instance, labels=naming.zone_labels(naming.control), annotations=dict(naming.annotations)
        ),
        provisioner=_AUTO_MODE if automatic else _ADDON,
        parameters={"type": "gp3", "encrypted": "true", **tagged},
        volume_binding_mode="WaitForFirstConsumer",
        allow_volume_expansion=True,
        reclaim_policy="Delete",
        opts=options,
    )
