"""Exposure, identity, isolation, retention and replicas of what a stack has on a cluster."""

_POD = (
    "spec.template.spec.serviceAccountName",
    "spec.template.spec.automountServiceAccountToken",
    "spec.template.spec.securityContext.runAsNonRoot",
    "spec.template.spec.containers[].securityContext",
    "spec.template.spec.containers[].resources.limits",
)

KUBERNETES = {
    "kubernetes:apps/v1:Deployment": ("spec.replicas", *_POD),
    "kubernetes:apps/v1:StatefulSet": (
        "spec.replicas",
        *_POD,
        "spec.volumeClaimTemplates[].spec.resources.requests.storage",
        "spec.volumeClaimTemplates[].spec.storageClassName",
    ),
    "kubernetes:autoscaling/v2:HorizontalPodAutoscaler": ("spec.minReplicas", "spec.maxReplicas"),
    "kubernetes:batch/v1:Job": ("spec.backoffLimit", "spec.activeDeadlineSeconds", *_POD),
    "kubernetes:core/v1:Namespace": ("metadata.labels",),
    "kubernetes:core/v1:ResourceQuota": ("spec.hard",),
    "kubernetes:core/v1:Service": ("spec.type", "spec.ports[].port"),
    "kubernetes:core/v1:ServiceAccount": ("automountServiceAccountToken",),
    "kubernetes:networking.k8s.io/v1:Ingress": ("spec.rules[].host", "spec.tls[].hosts"),
    "kubernetes:networking.k8s.io/v1:NetworkPolicy": (
        "spec.policyTypes",
        "spec.ingress[].from[]",
        "spec.ingress[].ports[].port",
        "spec.egress[].to[]",
        "spec.egress[].ports[].port",
    ),
    "kubernetes:policy/v1:PodDisruptionBudget": ("spec.minAvailable", "spec.maxUnavailable"),
    "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole": ("rules",),
    "kubernetes:rbac.authorization.k8s.io/v1:Role": ("rules",),
    "kubernetes:storage.k8s.io/v1:StorageClass": ("parameters.encrypted", "parameters.type", "reclaimPolicy"),
}
