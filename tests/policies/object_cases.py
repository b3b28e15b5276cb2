"""Cases of the policies about single objects on a cluster, other than pods."""

from policies.anywhere import resource_carries_identity
from policies.kubernetes import (
    config_map_holds_no_secret,
    ingress_has_tls,
    namespace_is_restricted,
    role_grants_what_it_names,
    service_stays_inside,
)
from tests.policies.cases import Case
from tests.policies.cluster_samples import (
    CLUSTER_ROLE,
    CONFIG_MAP,
    GATEWAY,
    INGRESS,
    NAMESPACE,
    PROD,
    ROLE,
    ROLE_BINDING,
    SERVICE,
    deployed,
    labels,
    meta,
)
from tests.policies.samples import UNKNOWN_LIST, UNKNOWN_OBJECT, UNKNOWN_TEXT, Props, resource

_who = resource_carries_identity.POLICY
_level = namespace_is_restricted.POLICY
_role = role_grants_what_it_names.POLICY
_service = service_stays_inside.POLICY
_ingress = ingress_has_tls.POLICY
_files = config_map_holds_no_secret.POLICY

_ENFORCE = "pod-security.kubernetes.io/enforce"
_pod = deployed()


def _namespace(name: str = PROD, **more: str) -> Props:
    return {"metadata": {"name": name, "labels": {**labels("prod"), **more}}}


def _rule(**changes: object) -> Props:
    return {"rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list"], **changes}]}


def _binding(role: str) -> Props:
    return {"roleRef": {"kind": "ClusterRole", "name": role}}


def _edge(*hosts: str, tls: object) -> Props:
    return {"spec": {"rules": [{"host": host} if host else {} for host in hosts], "tls": tls}}


def _map(text: str) -> Props:
    return {"metadata": meta("files", "prod"), "data": {"config.yaml": text}}


_SECRET_TEXTS = {
    "a shape": ("url: http://me:correct-horse@db:1", "holds a URL with a password"),
    "a name": ("auth:\n  password: correct-horse", "has the setting 'password'"),
    "an environment file": ("export=1\nAPI_KEY=correct-horse\n", "has the setting 'API_KEY'"),
    "an element of a list": ('- {"client_secret": "correct-horse"}', "has the setting 'client_secret'"),
}
_HARMLESS_TEXTS = {
    "a file": "bearer_token_file: /var/run/secrets/token",
    "a reference": "password: ${env:PASSWORD}",
    "nothing": "password:\ntoken: ''",
    "a digest": "config_hash: 9f86d081884c7d659a2feaa0c55ad015",
}

CASES = (
    Case(_who, "pass", "an object", _pod),
    Case(_who, "pass", "a namespace", resource(_namespace(), NAMESPACE)),
    Case(
        _who,
        "fail",
        "an object without labels",
        resource({"metadata": meta("a", "prod", labels={})}, SERVICE),
        ("lacks the labels app.kubernetes.io/part-of, app.kubernetes.io/instance, planewatch.dev/zone",),
    ),
    Case(
        _who,
        "fail",
        "an object of another stack",
        resource(
            {"metadata": meta("a", "prod", labels={**labels("prod"), "app.kubernetes.io/instance": "planewatch-x"})},
            SERVICE,
        ),
        ("is 'planewatch-x' in stack 'sample'",),
    ),
    Case(
        _who,
        "fail",
        "an object elsewhere",
        resource({"metadata": meta("a", "prod", namespace="default")}, SERVICE),
        ("is in namespace 'default'",),
    ),
    Case(
        _who,
        "pass",
        "what switches network policies on for Auto Mode",
        resource({"metadata": meta("amazon-vpc-cni", "control", namespace="kube-system")}, CONFIG_MAP),
    ),
    Case(
        _who,
        "fail",
        "another file there",
        resource({"metadata": meta("coredns", "control", namespace="kube-system")}, CONFIG_MAP),
        ("is in namespace 'kube-system'",),
    ),
    Case(_who, "fail", "a namespace's name", resource(_namespace("x"), NAMESPACE), (f"is named 'x', not '{PROD}'",)),
    Case(
        _who, "unknown", "an object's labels", resource({"metadata": meta("a", "prod", labels=UNKNOWN_OBJECT)}, SERVICE)
    ),
    Case(_level, "pass", "restricted", resource(_namespace(**{_ENFORCE: "restricted"}), NAMESPACE)),
    Case(_level, "fail", "nothing said", resource(_namespace(), NAMESPACE), ("is '', not 'restricted'",)),
    Case(
        _level,
        "fail",
        "baseline, with warnings",
        resource(_namespace(**{_ENFORCE: "baseline", "pod-security.kubernetes.io/warn": "restricted"}), NAMESPACE),
        ("is 'baseline'",),
    ),
    Case(_level, "unknown", "level", resource(_namespace(**{_ENFORCE: UNKNOWN_TEXT}), NAMESPACE)),
    Case(_level, "not-applicable", "a pod", _pod),
    Case(_role, "pass", "named", resource(_rule(), ROLE)),
    Case(_role, "pass", "a secret by name", resource(_rule(resources=["secrets"], resourceNames=["db"]), ROLE)),
    Case(_role, "pass", "a binding", resource(_binding("discovery"), ROLE_BINDING)),
    Case(
        _role,
        "fail",
        "wildcards",
        resource(_rule(apiGroups=["*"], resources=["*"], verbs=["*"]), ROLE),
        ("every one of apiGroups", "every one of resources", "every one of verbs"),
    ),
    Case(
        _role, "fail", "raising", resource(_rule(verbs=["get", "bind", "escalate"]), ROLE), ("grants bind, escalate",)
    ),
    Case(_role, "fail", "secrets", resource(_rule(resources=["secrets"]), ROLE), ("every secret of its namespace",)),
    Case(
        _role,
        "fail",
        "secrets of the cluster",
        resource(_rule(resources=["secrets"], resourceNames=["db"]), CLUSTER_ROLE),
        ("the secrets of every namespace",),
    ),
    Case(
        _role,
        "fail",
        "a wide binding",
        resource(_binding("cluster-admin"), ROLE_BINDING),
        ("the role 'cluster-admin'",),
    ),
    Case(_role, "unknown", "rules", resource({"rules": UNKNOWN_LIST}, ROLE)),
    Case(_role, "not-applicable", "a pod", _pod),
    Case(_service, "pass", "nothing said", resource({"spec": {"ports": []}}, SERVICE)),
    Case(_service, "pass", "inside", resource({"spec": {"type": "ClusterIP"}}, SERVICE)),
    Case(_service, "fail", "a node's port", resource({"spec": {"type": "NodePort"}}, SERVICE), ("of type NodePort",)),
    Case(_service, "fail", "balancer", resource({"spec": {"type": "LoadBalancer"}}, SERVICE), ("type LoadBalancer",)),
    Case(
        _service,
        "fail",
        "address",
        resource({"spec": {"externalIPs": ["10.0.0.5"]}}, SERVICE),
        ("answers on 10.0.0.5",),
    ),
    Case(_service, "unknown", "type", resource({"spec": {"type": UNKNOWN_TEXT}}, SERVICE)),
    Case(_service, "not-applicable", "a pod", _pod),
    Case(_ingress, "pass", "every host", resource(_edge("a.example", tls=[{"hosts": ["a.example"]}]), INGRESS)),
    Case(_ingress, "pass", "a wildcard", resource(_edge("a.example", tls=[{"hosts": ["*.example"]}]), INGRESS)),
    Case(
        _ingress,
        "fail",
        "another host",
        resource(_edge("a.example", "b.example", "", tls=[{"hosts": ["a.example"]}]), INGRESS),
        ("host 'b.example' is served without TLS", "a rule without host"),
    ),
    Case(
        _ingress,
        "fail",
        "a listener",
        resource({"spec": {"listeners": [{"name": "web", "protocol": "HTTP"}]}}, GATEWAY),
        ("listener 'web' speaks HTTP",),
    ),
    Case(
        _ingress, "pass", "a listener", resource({"spec": {"listeners": [{"name": "s", "protocol": "HTTPS"}]}}, GATEWAY)
    ),
    Case(_ingress, "unknown", "tls", resource(_edge("a.example", tls=UNKNOWN_LIST), INGRESS)),
    Case(_ingress, "not-applicable", "a pod", _pod),
    *(Case(_files, "pass", what, resource(_map(text), CONFIG_MAP)) for what, text in _HARMLESS_TEXTS.items()),
    *(
        Case(_files, "fail", what, resource(_map(text), CONFIG_MAP), (f"'config.yaml' {why}",))
        for what, (text, why) in _SECRET_TEXTS.items()
    ),
    Case(_files, "unknown", "a file", resource(_map(UNKNOWN_TEXT), CONFIG_MAP)),
    Case(_files, "not-applicable", "a pod", _pod),
)
