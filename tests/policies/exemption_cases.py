"""Cases of what the stack file exempts from the policies on host paths, and of the list of what it exempts."""

from datetime import timedelta

from policies.kubernetes import exemptions_in_use, namespace_is_restricted, pod_leaves_host_alone
from policies.resource_policies import today
from tests.policies.cases import Case
from tests.policies.cluster_samples import NAMESPACE, SERVICE, deployed, meta
from tests.policies.samples import UNKNOWN_LIST, Props, resource

_host = pod_leaves_host_alone.POLICY
_level = namespace_is_restricted.POLICY
_used = exemptions_in_use.POLICY

_PATHS = [
    {"name": "a", "hostPath": {"path": "/var/log/pods"}},
    {"name": "b", "hostPath": {"path": "/etc/machine-id"}},
]
_agent = deployed(volumes=_PATHS)
_lax = resource(
    {"metadata": {**meta("n", "prod"), "labels": {"pod-security.kubernetes.io/enforce": "privileged"}}}, NAMESPACE
)
_YESTERDAY = today() - timedelta(days=1)
_LOGS, _ID = (f"mounts '{path}' of the node" for path in ("/var/log/pods", "/etc/machine-id"))


def _said(*entries: Props) -> dict[str, object]:
    """A stack file with exemptions: by default one of the pods, for the last time today."""
    own = {"policy": _host.name, "resource": "subject", "owner": "ops", "reason": "node agent"}
    return {"policyExemptions": [{**own, "expires": today().isoformat(), **entry} for entry in entries]}


CASES = (
    Case(_host, "pass", "an exemption on its last day", _agent, config=_said({})),
    Case(_host, "fail", "an exemption of another", _agent, (_LOGS, _ID), config=_said({"resource": "sub"})),
    Case(_host, "fail", "an exemption from another", _agent, (_LOGS, _ID), config=_said({"policy": _level.name})),
    Case(_host, "fail", "an exemption of one path", _agent, (_ID,), config=_said({"finding": "mounts '/var/log/.*"})),
    Case(
        _host,
        "fail",
        "an exemption that is over",
        _agent,
        (f"{_LOGS}; its exemption ended on {_YESTERDAY} (ops). Remedy:", _ID),
        config=_said({"expires": _YESTERDAY.isoformat()}),
    ),
    Case(
        _host,
        "pass",
        "an exemption that is extended",
        _agent,
        config=_said({"expires": _YESTERDAY.isoformat()}, {"expires": "2999-12-31"}),
    ),
    Case(_level, "pass", "an exemption", _lax, config=_said({"policy": _level.name})),
    Case(_level, "fail", "an exemption of pods", _lax, ("is 'privileged', not 'restricted'",), config=_said({})),
    Case(_used, "pass", "nothing is exempt", _agent),
    Case(_used, "pass", "exempt without need", deployed(), config=_said({})),
    Case(_used, "pass", "over", _agent, config=_said({"expires": _YESTERDAY.isoformat()})),
    Case(_used, "pass", "another's", _agent, config=_said({"resource": "other"}, {"policy": _level.name})),
    Case(
        _used,
        "fail",
        "pods",
        _agent,
        (
            f"is exempt from pod-leaves-host-alone until {today()} (ops: node agent): {_LOGS}",
            f"is exempt from pod-leaves-host-alone until {today()} (ops: node agent): {_ID}",
        ),
        config=_said({}),
    ),
    Case(
        _used,
        "fail",
        "a namespace",
        _lax,
        ("is exempt from namespace-is-restricted until 2999-12-31 (ops: node agent): pod-security",),
        config=_said({"policy": _level.name, "expires": "2999-12-31"}),
    ),
    Case(_used, "unknown", "volumes", deployed(volumes=UNKNOWN_LIST), config=_said({})),
    Case(_used, "not-applicable", "a service", resource({"spec": {}}, SERVICE), config=_said({})),
)
