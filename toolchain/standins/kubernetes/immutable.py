"""Which fields cannot change in place: a table per group and kind, whatever the version."""

from toolchain.standins.kubernetes.objects import Kind, at
from toolchain.standins.servicer.values import Props, flag

Path = tuple[str | int, ...]

# The official plugin replaces for these everywhere.
ALWAYS = ("apiVersion", "kind", "metadata.name", "metadata.namespace")

_VOLUME_SOURCES = """
    awsElasticBlockStore azureDisk azureFile cephfs cinder csi fc flexVolume flocker gcePersistentDisk glusterfs
    hostPath iscsi local nfs photonPersistentDisk portworxVolume quobyte rbd scaleIO storageos vsphereVolume
"""
_POD = """
    affinity automountServiceAccountToken dnsConfig dnsPolicy enableServiceLinks hostAliases hostIPC hostNetwork hostPID
    hostname imagePullSecrets nodeName nodeSelector overhead preemptionPolicy priority priorityClassName readinessGates
    restartPolicy runtimeClassName schedulerName securityContext serviceAccount serviceAccountName
    shareProcessNamespace subdomain terminationGracePeriodSeconds volumes
"""
# A Pod's image can change in place, but the official plugin replaces the pod for it.
_CONTAINER = """
    args command env image imagePullPolicy lifecycle livenessProbe ports readinessProbe resources securityContext stdin
    stdinOnce terminationMessagePath terminationMessagePolicy tty volumeDevices volumeMounts workingDir
"""


def _below(place: str, names: str) -> tuple[str, ...]:
    return tuple(f"{place}.{name}" for name in names.split())


TABLE: dict[tuple[str, str], tuple[str, ...]] = {
    ("apps", "DaemonSet"): ("spec.selector",),
    ("apps", "Deployment"): ("spec.selector",),
    ("apps", "ReplicaSet"): ("spec.selector",),
    ("apps", "StatefulSet"): (
        "spec.podManagementPolicy",
        "spec.revisionHistoryLimit",
        "spec.selector",
        "spec.serviceName",
        "spec.volumeClaimTemplates",
    ),
    ("batch", "Job"): ("spec.completions", "spec.parallelism", "spec.selector", "spec.template"),
    ("", "PersistentVolume"): _below("spec", _VOLUME_SOURCES),
    ("", "PersistentVolumeClaim"): (
        "spec.accessModes",
        "spec.selector",
        "spec.storageClassName",
        "spec.volumeName",
        # The API server refuses these too; the official plugin fails there.
        "spec.volumeMode",
        "spec.dataSource",
        "spec.dataSourceRef",
    ),
    ("", "Pod"): (
        *_below("spec", _POD),
        *_below("spec.containers[*]", _CONTAINER),
        *_below("spec.initContainers[*]", _CONTAINER),
    ),
    ("", "ResourceQuota"): ("spec.scopes",),
    ("", "Secret"): ("type",),
    ("", "Service"): ("spec.clusterIP",),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"): ("roleRef",),
    ("rbac.authorization.k8s.io", "RoleBinding"): ("roleRef",),
    ("scheduling.k8s.io", "PriorityClass"): ("value", "preemptionPolicy"),
    ("storage.k8s.io", "StorageClass"): ("parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"),
}


def immutable_fields(kind: Kind, inputs: Props, *, mutable_config: bool, mutable_secret: bool) -> tuple[str, ...]:
    """List the fields of this object whose change replaces it.

    ConfigMaps and Secrets are replaced with their data unless the provider's settings say that they are mutable, so
    that whoever mounts an auto-named one rolls over; an object marked `immutable` always is.
    """
    fields = TABLE.get((kind.group, kind.kind), ())
    marked = flag(inputs, "immutable")
    if (kind.group, kind.kind) == ("", "Secret") and (marked or not mutable_secret):
        fields += ("data", "stringData")
    if (kind.group, kind.kind) == ("", "ConfigMap") and (marked or not mutable_config):
        fields += ("data", "binaryData")
    return ALWAYS + fields


def replaces(path: Path, news: Props, fields: tuple[str, ...]) -> bool:
    """Whether a change at this path touches one of the fields: at it, below it, or above it when the field is there."""
    return any(_touches(path, news, tuple(field.split("."))) for field in fields)


def _touches(path: Path, news: Props, field: tuple[str, ...]) -> bool:
    steps = [step for name in field for step in ((name[:-3], "*") if name.endswith("[*]") else (name,))]
    shared = min(len(path), len(steps))
    if any(steps[i] not in ("*", path[i]) for i in range(shared)):
        return False
    rest = tuple(steps[shared:])
    if not rest:
        return True
    # A whole block changed: it matters when the new block has the field. Containers that appear always matter.
    return "*" in steps or at(news, (*path, *rest)) is not None
