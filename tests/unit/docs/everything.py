"""Two stacks that use every setting between them; some settings exclude one another."""

from typing import Any

_LABEL = {"example.com/team": "payments"}
_SUBNETS = [f"subnet-{letter * 17}" for letter in "abc"]
_SUBSCRIPTION = {"protocol": "email", "endpoint": "oncall@example.com"}
_INGRESS = {
    "domain": "watch.example.com",
    "kind": "gateway",
    "className": "traefik",
    "controllerNamespace": "traefik",
    "certificate": "secret",
    "secretName": "edge",
    "secretNamespace": "certificates",
    "listenerPort": 8443,
    "annotations": {"example.com/timeout": "120"},
    "consoleAnnotations": {"nginx.ingress.kubernetes.io/auth-url": "https://login.example.com/oauth2/auth"},
}
_KUBERNETES: dict[str, Any] = {
    "context": "production",
    "kubeconfig": "/etc/kubeconfig",
    "storageClass": "fast",
    "storageSize": "20Gi",
    "minimumReplicas": 3,
    "maximumReplicas": 4,
    "storeReplicas": 3,
    "progressDeadlineSeconds": 240,
    "nodeSelector": _LABEL,
    "tolerations": [{"key": "dedicated", "operator": "Equal", "value": "watching", "effect": "NoSchedule"}],
    "imagePullSecrets": ["registry"],
    "priorityClasses": {"controlPlane": "watching", "dataPlanes": "watched"},
    "zoneQuota": {"pods": 40, "cpus": 16, "memoryGib": 32},
    "labels": _LABEL,
    "annotations": _LABEL,
    "apiServerCidrs": ["10.0.0.0/8", "2001:db8::/32"],
    "ingress": _INGRESS,
    "prometheusOperator": True,
}
_CLUSTER: dict[str, Any] = {
    "version": "1.35",
    "compute": "node-group",
    "nodeGroup": {"instanceTypes": ["m7g.large", "c7g.large"], "minimum": 3, "maximum": 9, "diskGib": 100},
    "publicAccessCidrs": ["203.0.113.7/32"],
    "privateAccessCidrs": ["10.9.0.0/16"],
    "administrators": ["arn:aws:iam::111122223333:role/platform"],
    "logRetentionDays": 30,
    "serviceCidr": "172.21.0.0/16",
}
_AWS: dict[str, Any] = {
    "region": "eu-central-1",
    "account": "111122223333",
    "profile": "platform",
    "ownership": {"owner": "platform", "costCenter": "4711"},
    "network": {
        "cidr": "10.70.0.0/16",
        "zones": ["eu-central-1a", "eu-central-1b"],
        "nat": "one",
        "flowLogRetentionDays": 14,
        "existing": {"vpcId": f"vpc-{'a' * 17}", "privateSubnetIds": _SUBNETS[:2], "publicSubnetIds": _SUBNETS[2:]},
    },
    "cluster": _CLUSTER,
    "metrics": {
        "isolation": "shared",
        "collection": "scraper",
        "retentionDays": 90,
        "maximumSeries": 2_000_000,
        "logRetentionDays": 60,
    },
    "notifications": {"critical": [_SUBSCRIPTION], "warning": [_SUBSCRIPTION]},
    "identity": "irsa",
    "registry": False,
    "grafana": True,
    "budget": {"monthlyUsd": 2000, "emails": ["platform@example.com"]},
    "protection": "deletable",
}
_LIMITS = {"memoryMib": 1024, "cpus": 2.0, "requests": {"memoryMib": 512, "cpus": 1.0}}
_WORKLOAD: dict[str, Any] = {
    "image": "example/service:1.0",
    "port": 9000,
    "ports": {"grpc": 9001, "admin": 9002},
    "healthPath": "/readyz",
    "livenessPath": "/healthz",
    "startupPath": "/startedz",
    "memoryMib": 256,
    "cpus": 1.5,
    "requests": {"memoryMib": 200, "cpus": 1.0},
    "environmentVariables": {"LOG_LEVEL": "debug"},
    "userId": 999,
    "groupId": 0,
    "writablePaths": ["/var/cache/service"],
    "secretFiles": {
        "DB_PASSWORD": "orders-db",
        "API_KEY": {"kubernetesSecret": {"name": "shipping", "key": "api-key"}},
        "QUEUE_PASSWORD": {"secretsManager": {"secret": "prod/queue", "jsonKey": "password"}},
    },
    "egress": [{"ports": [443, 8443], "cidrs": ["203.0.113.0/24", "2001:db8::/32"]}],
    "revision": "v2",
    "jobsBeforeStart": [{"name": "migrate", "command": ["migrate", "--to", "latest"], "timeoutSeconds": 900}],
    "beside": {"v1": {"image": "example/service:0.9", "environmentVariables": {"LOG_LEVEL": "info"}}},
}
FULL: dict[str, Any] = {
    "platform": "eks",
    "release": "1.2.3",
    "controlPlane": {
        "consolePort": 8080,
        "prometheusPort": 9090,
        "alertmanagerPort": 9093,
        "console": {"authentication": "oauth2-proxy", "hostNames": ["console.example.com"]},
        "retention": "30d",
        "retentionSize": "20GB",
        "scrapeIntervalSeconds": 30,
        "resources": dict.fromkeys(("prometheus", "alertmanager", "console", "thanosQuery", "thanosSidecar"), _LIMITS),
    },
    "dataPlanes": {
        "prod": {
            "environment": "production",
            "apiPort": 8081,
            "otlpHttpPort": 4381,
            "access": "remote",
            "silence": "normal",
            "resources": {"collector": _LIMITS},
            "workloads": {
                "api": _WORKLOAD,
                "worker": {"callers": ["api"], "volumes": {"data": {"path": "/data", "size": "5Gi"}}},
            },
        }
    },
    "alerts": {"errorRatio": 0.1, "latencyP95Seconds": 2.5, "egress": {"ports": [8443], "cidrs": ["10.9.0.0/16"]}},
    "docker": {"bindAddress": "::1", "addressPool": "172.16.0.0/12"},
    "kubernetes": _KUBERNETES,
    "aws": _AWS,
    "images": {"api": {"reference": "example/api:1.0", "digest": f"sha256:{64 * 'a'}"}},
    "policies": "advisory",
    "data": "delete",
}
SHARED: dict[str, Any] = {
    **FULL,
    "controlPlane": {**FULL["controlPlane"], "console": {"unauthenticated": True}},
    "kubernetes": {
        **_KUBERNETES,
        "ingress": {
            "domain": "watch.example.com",
            "controllerNamespace": "traefik",
            "certificate": "cert-manager",
            "issuer": "public",
        },
    },
    "aws": {**{key: value for key, value in _AWS.items() if key != "network"}, "cluster": {"existing": "somebody-s"}},
}
