"""A plane with one pod on a cluster, good but for what the configuration changes."""

from typing import Any

import pulumi
import pulumi_kubernetes as k8s

STACK = pulumi.get_stack()
config = pulumi.Config("sample")
provider = k8s.Provider("cluster", context=config.get("context"), kubeconfig=config.get("kubeconfig"))
options = pulumi.ResourceOptions(provider=provider)


def labels(zone: str) -> dict[str, str]:
    return {
        "app.kubernetes.io/part-of": "planewatch",
        "app.kubernetes.io/instance": f"planewatch-{STACK}",
        "planewatch.dev/zone": zone,
    }


# As manifests say it; the SDK's own types of these objects would be three times as long.
deny: Any = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
admission: Any = {
    "podSelector": {},
    "policyTypes": ["Ingress"],
    "ingress": [
        {"from": [{"namespaceSelector": {"matchLabels": {"planewatch.dev/zone": config.get("admits") or "edge"}}}]}
    ],
}
leaving: Any = {
    "podSelector": {},
    "policyTypes": ["Egress"],
    "egress": [{"to": [{"ipBlock": {"cidr": config.get("leaves") or "10.2.0.0/16"}}], "ports": [{"port": 53}]}],
}
if config.get("leaves"):
    leaving["egress"][0]["ports"][0]["port"] = 443
running: Any = {
    "replicas": 1,
    "selector": {"matchLabels": {"app": "api"}},
    "template": {
        "metadata": {"labels": {"app": "api"}},
        "spec": {
            "hostNetwork": config.get_bool("hostNetwork") or False,
            "automountServiceAccountToken": False,
            "securityContext": {
                "runAsNonRoot": True,
                "runAsUser": 65532,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "containers": [
                {
                    "name": "api",
                    "image": "busybox:1.37.0-musl",
                    "env": [{"name": "DB_PASSWORD", "value": config.get("password") or ""}],
                    "readinessProbe": {"exec": {"command": ["true"]}},
                    "resources": {"limits": {"cpu": "10m", "memory": "16Mi"}},
                    "securityContext": {
                        "allowPrivilegeEscalation": False,
                        "readOnlyRootFilesystem": True,
                        "capabilities": {"drop": ["ALL"]},
                    },
                }
            ],
        },
    },
}

for zone in ("prod", "dev"):
    namespace = f"planewatch-{STACK}-{zone}"
    k8s.core.v1.Namespace(
        f"{zone}-namespace",
        metadata={
            "name": namespace,
            "labels": {**labels(zone), "pod-security.kubernetes.io/enforce": config.get("level") or "restricted"},
        },
        opts=options,
    )
    k8s.networking.v1.NetworkPolicy(
        f"{zone}-deny",
        metadata={"name": "deny", "namespace": namespace, "labels": labels(zone)},
        spec=deny,
        opts=options,
    )

k8s.networking.v1.NetworkPolicy(
    "prod-in",
    metadata={"name": "in", "namespace": f"planewatch-{STACK}-prod", "labels": labels("prod")},
    spec=admission,
    opts=options,
)
k8s.networking.v1.NetworkPolicy(
    "prod-out",
    metadata={"name": "out", "namespace": f"planewatch-{STACK}-prod", "labels": labels("prod")},
    spec=leaving,
    opts=options,
)
k8s.apps.v1.Deployment(
    "prod-api",
    metadata={"name": "api", "namespace": f"planewatch-{STACK}-prod", "labels": labels("prod")},
    spec=running,
    opts=options,
)
