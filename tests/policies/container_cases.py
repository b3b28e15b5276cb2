"""Cases of the policies about how a container runs."""

from policies.anywhere import (
    container_drops_all_capabilities,
    container_gains_no_privileges,
    container_has_health_probe,
    container_has_resource_limits,
    container_is_not_privileged,
    container_keeps_own_namespaces,
    container_root_file_system_is_read_only,
    container_runs_as_non_root,
)
from policies.docker import (
    carrier_is_inert,
)
from policies.docker_views import NETWORK
from tests.policies.cases import Case
from tests.policies.samples import (
    UNKNOWN_FLAG,
    UNKNOWN_LIST,
    UNKNOWN_NUMBER,
    UNKNOWN_OBJECT,
    UNKNOWN_TEXT,
    carrier,
    hardened,
    resource,
)

_network = resource({"name": "n"}, NETWORK)
_carrier = resource(carrier())

_user = container_runs_as_non_root.POLICY
_root = container_root_file_system_is_read_only.POLICY
_capabilities = container_drops_all_capabilities.POLICY
_privileges = container_gains_no_privileges.POLICY
_privileged = container_is_not_privileged.POLICY
_limits = container_has_resource_limits.POLICY
_probe = container_has_health_probe.POLICY
_modes = container_keeps_own_namespaces.POLICY
_inert = carrier_is_inert.POLICY

CASES = (
    Case(_user, "pass", "uid and gid", resource(hardened())),
    Case(_user, "pass", "uid only", resource(hardened(user="1000"))),
    Case(_user, "fail", "no user", resource(hardened(user=None)), ("no user is set",)),
    Case(_user, "fail", "root", resource(hardened(user="0:0")), ("user '0:0' is root",)),
    Case(_user, "fail", "root with zeros", resource(hardened(user="00")), ("user '00' is root",)),
    Case(_user, "fail", "a name", resource(hardened(user="nobody")), ("user 'nobody' is not numeric",)),
    Case(_user, "fail", "digits of another script", resource(hardened(user="١٢")), ("not numeric",)),
    Case(_user, "unknown", "user", resource(hardened(user=UNKNOWN_TEXT))),
    Case(_user, "unknown", "whether it starts, user set", resource(hardened(start=UNKNOWN_FLAG))),
    Case(_user, "not-applicable", "a network", _network),
    Case(_user, "not-applicable", "a carrier", _carrier),
    Case(_root, "pass", "read-only", resource(hardened())),
    Case(_root, "fail", "writable", resource(hardened(readOnly=False)), ("root file system is writable",)),
    Case(_root, "fail", "not said", resource(hardened(readOnly=None)), ("root file system is writable",)),
    Case(_root, "unknown", "readOnly", resource(hardened(readOnly=UNKNOWN_FLAG))),
    Case(_root, "not-applicable", "a carrier", _carrier),
    Case(_capabilities, "pass", "drops ALL", resource(hardened())),
    Case(_capabilities, "pass", "lower case", resource(hardened(capabilities={"drops": ["all"]}))),
    Case(_capabilities, "fail", "nothing said", resource(hardened(capabilities=None)), ("not all capabilities",)),
    Case(
        _capabilities,
        "fail",
        "some only, one added",
        resource(hardened(capabilities={"drops": ["CHOWN"], "adds": ["NET_ADMIN"]})),
        ("not all capabilities", "capabilities are added: NET_ADMIN"),
    ),
    Case(_capabilities, "unknown", "object", resource(hardened(capabilities=UNKNOWN_OBJECT))),
    Case(_capabilities, "unknown", "drops", resource(hardened(capabilities={"drops": UNKNOWN_LIST}))),
    Case(_capabilities, "unknown", "one drop", resource(hardened(capabilities={"drops": [UNKNOWN_TEXT]}))),
    Case(_capabilities, "not-applicable", "a carrier", _carrier),
    Case(_privileges, "pass", "set", resource(hardened())),
    Case(_privileges, "pass", "short form", resource(hardened(securityOpts=["no-new-privileges"]))),
    Case(_privileges, "fail", "nothing said", resource(hardened(securityOpts=None)), ("is not set",)),
    Case(_privileges, "fail", "off", resource(hardened(securityOpts=["no-new-privileges:false"])), ("is not set",)),
    Case(
        _privileges,
        "fail",
        "seccomp off",
        resource(hardened(securityOpts=["no-new-privileges:true", "seccomp=unconfined"])),
        ("confinement is turned off: seccomp=unconfined",),
    ),
    Case(_privileges, "unknown", "options", resource(hardened(securityOpts=UNKNOWN_LIST))),
    Case(_privileges, "not-applicable", "a carrier", _carrier),
    Case(_privileged, "pass", "not said", resource(hardened())),
    Case(_privileged, "pass", "a carrier", _carrier),
    Case(_privileged, "fail", "privileged", resource(hardened(privileged=True)), ("is privileged",)),
    Case(_privileged, "fail", "a privileged carrier", resource(carrier(privileged=True)), ("is privileged",)),
    Case(_privileged, "unknown", "privileged", resource(hardened(privileged=UNKNOWN_FLAG))),
    Case(_privileged, "not-applicable", "a network", _network),
    Case(_limits, "pass", "memory and cpus", resource(hardened())),
    Case(_limits, "pass", "quota for cpus", resource(hardened(cpus=None, cpuQuota=50000.0))),
    Case(_limits, "fail", "none", resource(hardened(memory=None, cpus=None)), ("no memory limit", "no CPU limit")),
    Case(_limits, "fail", "zero", resource(hardened(memory=0.0, cpus="0")), ("no memory limit", "no CPU limit")),
    Case(_limits, "fail", "shares only", resource(hardened(cpus=None, cpuShares=512.0)), ("no CPU limit",)),
    Case(_limits, "unknown", "both", resource(hardened(memory=UNKNOWN_NUMBER, cpus=UNKNOWN_TEXT))),
    Case(_limits, "not-applicable", "a carrier", _carrier),
    Case(_probe, "pass", "a command", resource(hardened())),
    Case(_probe, "fail", "nothing said", resource(hardened(healthcheck=None)), ("no health probe",)),
    Case(_probe, "fail", "empty", resource(hardened(healthcheck={"tests": []})), ("no health probe",)),
    Case(_probe, "fail", "turned off", resource(hardened(healthcheck={"tests": ["NONE"]})), ("is turned off",)),
    Case(_probe, "pass", "a job, whose end is waited for", resource(hardened(healthcheck=None, attach=True))),
    Case(_probe, "unknown", "object", resource(hardened(healthcheck=UNKNOWN_OBJECT))),
    Case(_probe, "not-applicable", "a carrier", _carrier),
    Case(_modes, "pass", "defaults", resource(hardened())),
    Case(_modes, "pass", "private", resource(hardened(ipcMode="private", networkMode="none"))),
    Case(
        _modes,
        "fail",
        "all of the host",
        resource(hardened(networkMode="host", pidMode="host", ipcMode="host", cgroupnsMode="host", usernsMode="host")),
        ("networkMode", "pidMode is 'host'", "ipcMode", "cgroupnsMode", "usernsMode"),
    ),
    Case(_modes, "fail", "another's", resource(hardened(networkMode="container:x")), ("is 'container:x'",)),
    Case(_modes, "unknown", "network mode", resource(hardened(networkMode=UNKNOWN_TEXT))),
    Case(_modes, "not-applicable", "a network", _network),
    Case(_inert, "pass", "bare", _carrier),
    Case(_inert, "pass", "restart no", resource(carrier(restart="no", networkMode="bridge"))),
    Case(
        _inert,
        "fail",
        "all of it",
        resource(carrier(ports=[{"internal": 1.0}], restart="always", networksAdvanced=[{"name": "n"}])),
        ("publishes ports", "restart policy 'always'", "attached to networks"),
    ),
    Case(
        _inert,
        "unknown",
        "restart and networks",
        resource(carrier(restart=UNKNOWN_TEXT, networksAdvanced=UNKNOWN_LIST)),
    ),
    Case(_inert, "not-applicable", "a started container", resource(hardened())),
    Case(_inert, "not-applicable", "a network", _network),
)
