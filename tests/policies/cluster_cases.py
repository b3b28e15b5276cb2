"""Cases of the policies over all objects of a stack on a cluster."""

from pulumi_policy import PolicyResource, StackValidationPolicy

from policies.kubernetes import (
    egress_is_declared,
    namespaces_deny_by_default,
    pod_token_has_use,
    services_outlive_a_pod,
)
from policies.stack import no_flow_between_planes, planes_have_own_zones
from tests.policies.cases import Case, Kind
from tests.policies.cluster_samples import (
    AUTOSCALER,
    CONFIG_MAP,
    CONTROL,
    DEV,
    SERVICE,
    SERVICE_ACCOUNT,
    cluster_platform,
    flow,
    meta,
    namespace,
    peer,
    pod_spec,
    pods,
    workload,
)
from tests.policies.samples import (
    UNKNOWN_FLAG,
    UNKNOWN_NUMBER,
    UNKNOWN_OBJECT,
    UNKNOWN_TEXT,
    Props,
    output,
    platform,
    stack,
)

_egress = egress_is_declared.POLICY
_deny = namespaces_deny_by_default.POLICY
_token = pod_token_has_use.POLICY
_pair = services_outlive_a_pod.POLICY
_flow = no_flow_between_planes.POLICY
_zones = planes_have_own_zones.POLICY
_ALL = (_egress, _deny, _token, _pair, _flow, _zones)
_EVERY_NAMESPACE: Props = {"namespaceSelector": {}}
_OURS = {"namespaceSelector": {"matchLabels": {"app.kubernetes.io/part-of": "planewatch"}}}
_NOT_OWN = {"namespaceSelector": {"matchExpressions": [{"key": "planewatch.dev/zone", "operator": "Exists"}]}}
_INGRESS = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ingress"}}}


def _case(
    policy: StackValidationPolicy,
    kind: Kind,
    what: str,
    *changed: PolicyResource,
    says: tuple[str, ...] = (),
    without: tuple[str, ...] = (),
) -> Case:
    """A good stack in which the given resources stand in for those of the same name, less those `without`."""
    gone = (*(one.name for one in changed), *without)
    return Case(
        policy, kind, f"{what} on a cluster", stack(*cluster_platform("prod", "dev", without=gone), *changed), says
    )


def _scaler(minimum: object) -> PolicyResource:
    spec = {"scaleTargetRef": {"kind": "Deployment", "name": "api"}, "minReplicas": minimum}
    return output(AUTOSCALER, "prod-api-autoscaler", {"metadata": meta("api", "prod"), "spec": spec})


def _way_out(cidr: object, *ports: object, role: str = "api", without: tuple[str, ...] = ()) -> PolicyResource:
    rule = {
        "to": [{"ipBlock": {"cidr": cidr, "except": list(without)}}],
        "ports": [{"port": port, "protocol": "TCP"} for port in ports],
    }
    return flow("prod-api-egress", "prod", pods(role) if role else {}, egress=[rule])


_unnamed = output(SERVICE, "later", {"metadata": UNKNOWN_OBJECT})
_CROSSING = "zone 'prod' admits traffic from zone"

CASES = (
    *(_case(policy, "pass", "two planes") for policy in _ALL),
    *(
        Case(policy, "not-applicable", "a stack on Docker", stack(*platform("prod")))
        for policy in (_egress, _deny, _token, _pair)
    ),
    _case(_egress, "pass", "one network", _way_out("10.2.0.0/16", 5432.0)),
    _case(_egress, "pass", "resolvers", _way_out("172.20.0.10/32", 53.0, role="")),
    _case(_egress, "pass", "everywhere but the nodes' own", _way_out("0.0.0.0/0", 443.0, without=("169.254.0.0/16",))),
    _case(_egress, "pass", "an agent on each node", _way_out("169.254.170.23/32", 80.0)),
    _case(
        _egress,
        "fail",
        "every pod",
        _way_out("10.2.0.0/16", 5432.0, role=""),
        says=("lets pods of more than one workload of zone 'prod' leave to 10.2.0.0/16",),
    ),
    _case(
        _egress,
        "fail",
        "every port",
        _way_out("10.2.0.0/16"),
        says=("lets 'api' of zone 'prod' leave to 10.2.0.0/16 at every port",),
    ),
    *(
        _case(_egress, "fail", f"the metadata in {cidr}", _way_out(cidr, 443.0), says=(f"{cidr}, where nodes get",))
        for cidr in ("0.0.0.0/0", "169.254.169.254/32", "::/0")
    ),
    _case(_egress, "unknown", "a network", _way_out(UNKNOWN_TEXT, 443.0)),
    _case(_egress, "unknown", "a port", _way_out("10.2.0.0/16", UNKNOWN_NUMBER)),
    _case(_deny, "fail", "no denial", without=("prod-deny",), says=("denies Ingress", "denies Egress")),
    _case(_deny, "fail", "one direction", flow("prod-deny", "prod", {}, ingress=[]), says=("nothing denies Egress",)),
    _case(
        _deny,
        "fail",
        "some pods",
        flow("prod-deny", "prod", pods("api"), ingress=[], egress=[]),
        says=("denies Ingress", "denies Egress"),
    ),
    _case(_deny, "unknown", "an object", _unnamed, without=("prod-deny",)),
    _case(
        _token,
        "fail",
        "no binding",
        without=("prod-binding", "dev-binding"),
        says=("account 'prometheus' has no permissions there",),
    ),
    _case(
        _token,
        "fail",
        "nothing said",
        workload("prod", "api", pod_spec(automountServiceAccountToken=None)),
        says=("account 'api' has no permissions there",),
    ),
    _case(
        _token,
        "pass",
        "off in the account",
        workload("prod", "api", pod_spec(automountServiceAccountToken=None)),
        output(
            SERVICE_ACCOUNT,
            "prod-api-account",
            {"metadata": meta("api", "prod"), "automountServiceAccountToken": False},
        ),
    ),
    _case(_token, "unknown", "whether", workload("prod", "api", pod_spec(automountServiceAccountToken=UNKNOWN_FLAG))),
    _case(_pair, "pass", "an autoscaler", workload("prod", "api", replicas=None), _scaler(2.0)),
    _case(_pair, "fail", "one pod", workload("prod", "api", replicas=1.0), says=("runs one pod",)),
    _case(_pair, "fail", "an autoscaler down to one", _scaler(1.0), says=("runs one pod",)),
    _case(_pair, "fail", "no budget", without=("prod-api-budget",), says=("no PodDisruptionBudget",)),
    _case(_pair, "unknown", "how many", _scaler(UNKNOWN_NUMBER)),
    _case(
        _flow,
        "fail",
        "another plane",
        flow("prod-in", "prod", {}, ingress=[{"from": [peer(DEV, "api")]}]),
        says=(f"{_CROSSING} 'dev'",),
    ),
    _case(
        _flow,
        "fail",
        "out to another plane",
        flow("prod-out", "prod", {}, egress=[{"to": [peer(DEV)]}]),
        says=("zone 'prod' admits traffic to zone 'dev'",),
    ),
    *(
        _case(
            _flow,
            "fail",
            f"{what} namespaces",
            flow("prod-in", "prod", {}, ingress=[{"from": [selected]}]),
            says=(f"{_CROSSING} 'control' other than Prometheus's scrapes", f"{_CROSSING} 'dev'"),
        )
        for what, selected in (("all", _EVERY_NAMESPACE), ("our", _OURS), ("labelled", _NOT_OWN))
    ),
    _case(
        _flow, "fail", "everybody", flow("prod-in", "prod", {}, ingress=[{}]), says=("admits traffic from anywhere",)
    ),
    _case(
        _flow,
        "fail",
        "a plane into the control zone",
        flow("control-in", "control", {}, ingress=[{"from": [peer(DEV, "prometheus")]}]),
        says=("zone 'control' admits traffic from zone 'dev' other than Prometheus's scrapes",),
    ),
    _case(
        _flow,
        "fail",
        "the console into a plane",
        flow("prod-in", "prod", {}, ingress=[{"from": [peer(CONTROL, "console")]}]),
        says=(f"{_CROSSING} 'control' other than Prometheus's scrapes",),
    ),
    _case(_flow, "pass", "the edge", flow("prod-edge", "prod", pods("api"), ingress=[{"from": [_INGRESS]}])),
    _case(_flow, "pass", "own pods", flow("prod-own", "prod", {}, ingress=[{"from": [{"podSelector": pods("api")}]}])),
    _case(
        _flow,
        "unknown",
        "a peer",
        flow("prod-in", "prod", {}, ingress=[{"from": [{"namespaceSelector": UNKNOWN_OBJECT}]}]),
    ),
    _case(
        _zones,
        "fail",
        "one zone twice",
        namespace("dev", labels=dict(namespace("prod").props["metadata"]["labels"])),
        says=(
            "is zone 'prod', as is namespace 'planewatch-sample-prod'",
            "of zone 'dev' runs in the namespace of zone 'prod'",
        ),
    ),
    _case(
        _zones,
        "fail",
        "elsewhere",
        output(SERVICE, "stray", {"metadata": meta("stray", "prod", namespace="default")}),
        says=("is in 'default', which is not a namespace of this stack",),
    ),
    _case(
        _zones,
        "pass",
        "what switches network policies on for Auto Mode",
        output(CONFIG_MAP, "switch", {"metadata": meta("amazon-vpc-cni", "control", namespace="kube-system")}),
    ),
    _case(
        _zones,
        "fail",
        "another file there",
        output(CONFIG_MAP, "stray", {"metadata": meta("coredns", "control", namespace="kube-system")}),
        says=("is in 'kube-system', which is not a namespace of this stack",),
    ),
    _case(_zones, "unknown", "an object", _unnamed),
)
