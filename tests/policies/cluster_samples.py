"""Objects on a cluster as the platform makes them, for the cases of the policies."""

from typing import Any

from pulumi_policy import PolicyResource, ResourceValidationArgs

from tests.policies.samples import IMAGE_ID, STACK, Props, output, resource

DEPLOYMENT = "kubernetes:apps/v1:Deployment"
JOB = "kubernetes:batch/v1:Job"
CRON_JOB = "kubernetes:batch/v1:CronJob"
NAMESPACE = "kubernetes:core/v1:Namespace"
SERVICE = "kubernetes:core/v1:Service"
SERVICE_ACCOUNT = "kubernetes:core/v1:ServiceAccount"
CONFIG_MAP = "kubernetes:core/v1:ConfigMap"
NETWORK_POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
INGRESS = "kubernetes:networking.k8s.io/v1:Ingress"
GATEWAY = "kubernetes:gateway.networking.k8s.io/v1:Gateway"
BUDGET = "kubernetes:policy/v1:PodDisruptionBudget"
AUTOSCALER = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler"
ROLE = "kubernetes:rbac.authorization.k8s.io/v1:Role"
CLUSTER_ROLE = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole"
ROLE_BINDING = "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding"
CONTROL, PROD, DEV = (f"planewatch-{STACK}-{zone}" for zone in ("control", "prod", "dev"))


def labels(zone: str, role: str = "") -> Props:
    named = {"app.kubernetes.io/name": role, "app.kubernetes.io/component": role} if role else {}
    return {
        "app.kubernetes.io/part-of": "planewatch",
        "app.kubernetes.io/instance": f"planewatch-{STACK}",
        "planewatch.dev/zone": zone,
        **named,
    }


def meta(name: str, zone: str, role: str = "", **changes: Any) -> Props:
    return {"name": name, "namespace": f"planewatch-{STACK}-{zone}", "labels": labels(zone, role), **changes}


def pod_container(**changes: Any) -> Props:
    """A container of a pod that every policy accepts, with changes; None removes a property."""
    props: Props = {
        "name": "api",
        "image": "registry.example/team/api@" + IMAGE_ID,
        "ports": [{"name": "http", "containerPort": 8000.0}],
        "env": [{"name": "PORT", "value": "8000"}],
        "resources": {"limits": {"cpu": "500m", "memory": "256Mi"}},
        "readinessProbe": {"httpGet": {"path": "/health", "port": 8000.0}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        **changes,
    }
    return {key: value for key, value in props.items() if value is not None}


def context(**changes: Any) -> Props:
    """A container with a changed security context."""
    changed: Props = {**pod_container()["securityContext"], **changes}
    return pod_container(securityContext={key: value for key, value in changed.items() if value is not None})


def pod_spec(*containers: Props, **changes: Any) -> Props:
    spec: Props = {
        "serviceAccountName": "api",
        "automountServiceAccountToken": False,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 65532.0,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": list(containers) or [pod_container()],
        "volumes": [{"name": "files", "configMap": {"name": "files"}}],
        **changes,
    }
    return {key: value for key, value in spec.items() if value is not None}


def deployment(spec: Props | None = None, zone: str = "prod", role: str = "api", **changes: Any) -> Props:
    template = {"metadata": {"labels": labels(zone, role)}, "spec": spec or pod_spec()}
    return {"metadata": meta(role, zone, role), "spec": {"replicas": 2.0, "template": template, **changes}}


def deployed(*containers: Props, **changes: Any) -> ResourceValidationArgs:
    """Arguments of a resource policy about a Deployment with these containers."""
    return resource(deployment(pod_spec(*containers, **changes)), DEPLOYMENT)


def flow(name: str, zone: str, pods: Props, labelled: str = "", **directions: list[Props]) -> PolicyResource:
    """A NetworkPolicy in a zone's namespace: `ingress` and `egress` are its rules."""
    kinds = [kind.capitalize() for kind in directions]
    spec = {"podSelector": pods, "policyTypes": kinds, **directions}
    return _output(NETWORK_POLICY, name, zone, spec, labelled)


def peer(namespace: str, role: str = "") -> Props:
    selected: Props = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}}}
    return {**selected, "podSelector": pods(role)} if role else selected


def pods(role: str) -> Props:
    return {"matchLabels": {"app.kubernetes.io/component": role}}


def namespace(zone: str, **changes: Any) -> PolicyResource:
    own = {**labels(zone), "pod-security.kubernetes.io/enforce": "restricted"}
    return output(NAMESPACE, f"{zone}-namespace", {"metadata": {"name": PROD[:-4] + zone, "labels": own, **changes}})


def workload(zone: str, role: str, spec: Props | None = None, **changes: Any) -> PolicyResource:
    return output(DEPLOYMENT, f"{zone}-{role}", deployment(spec or pod_spec(), zone, role, **changes))


def cluster_platform(*planes: str, without: tuple[str, ...] = ()) -> list[PolicyResource]:
    """A whole stack that every policy over a cluster accepts, less the resources named in `without`."""
    found: list[PolicyResource] = []
    for zone in ("control", *planes):
        found += [
            namespace(zone),
            flow(f"{zone}-deny", zone, {}, ingress=[], egress=[]),
            flow(f"{zone}-dns", zone, {}, egress=[{"to": [peer("kube-system")]}]),
        ]
    found.append(workload("control", "prometheus", pod_spec(serviceAccountName="prometheus", **_TOKEN)))
    found.append(_budget("control", "prometheus"))
    for plane in planes:
        own = f"planewatch-{STACK}-{plane}"
        found += [
            workload(plane, "api"),
            _budget(plane, "api"),
            output(SERVICE_ACCOUNT, f"{plane}-api-account", {"metadata": meta("api", plane, "api")}),
            flow(f"{plane}-in", plane, pods("collector"), ingress=[{"from": [peer(CONTROL, "prometheus")]}]),
            flow(f"{plane}-out", "control", pods("prometheus"), plane, egress=[{"to": [peer(own, "collector")]}]),
            _output(ROLE_BINDING, f"{plane}-binding", plane, None, subjects=[_PROMETHEUS]),
        ]
    return [one for one in found if one.name not in without]


_TOKEN: Props = {"automountServiceAccountToken": True}
_PROMETHEUS: Props = {"kind": "ServiceAccount", "name": "prometheus", "namespace": CONTROL}


def _budget(zone: str, role: str) -> PolicyResource:
    return _output(BUDGET, f"{zone}-{role}-budget", zone, {"selector": pods(role)})


def _output(kind: str, name: str, zone: str, spec: Props | None, labelled: str = "", **more: Any) -> PolicyResource:
    metadata = meta(name, zone, labels=labels(labelled or zone))
    return output(kind, name, {"metadata": metadata, **({"spec": spec} if spec is not None else {}), **more})
