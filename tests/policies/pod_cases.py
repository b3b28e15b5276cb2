"""Cases of the policies about how the containers of a pod run, and what a pod takes of its node."""

from policies.anywhere import (
    container_drops_all_capabilities,
    container_environment_holds_no_secret,
    container_gains_no_privileges,
    container_has_health_probe,
    container_has_resource_limits,
    container_image_is_pinned,
    container_is_not_privileged,
    container_keeps_own_namespaces,
    container_root_file_system_is_read_only,
    container_runs_as_non_root,
)
from policies.kubernetes import pod_leaves_host_alone
from tests.policies.cases import Case
from tests.policies.cluster_samples import (
    CRON_JOB,
    DEPLOYMENT,
    JOB,
    SERVICE,
    context,
    deployed,
    deployment,
    pod_container,
    pod_spec,
)
from tests.policies.samples import UNKNOWN_FLAG, UNKNOWN_LIST, UNKNOWN_NUMBER, UNKNOWN_OBJECT, UNKNOWN_TEXT, resource

_user = container_runs_as_non_root.POLICY
_root = container_root_file_system_is_read_only.POLICY
_capabilities = container_drops_all_capabilities.POLICY
_privileges = container_gains_no_privileges.POLICY
_privileged = container_is_not_privileged.POLICY
_limits = container_has_resource_limits.POLICY
_probe = container_has_health_probe.POLICY
_modes = container_keeps_own_namespaces.POLICY
_image = container_image_is_pinned.POLICY
_secret = container_environment_holds_no_secret.POLICY
_host = pod_leaves_host_alone.POLICY
_ANYWHERE = (_user, _root, _capabilities, _privileges, _privileged, _limits, _probe, _modes, _image, _secret)

_service = resource({"spec": {}}, SERVICE)
_unready = pod_container(readinessProbe=None)
_cron = {"spec": {"jobTemplate": {"spec": {"template": {"spec": pod_spec(context(runAsUser=0.0))}}}}}

CASES = (
    *(Case(policy, "pass", "a pod", deployed()) for policy in _ANYWHERE),
    *(
        Case(policy, "unknown", "a pod", resource({"spec": {"template": UNKNOWN_OBJECT}}, DEPLOYMENT))
        for policy in _ANYWHERE
    ),
    *(Case(policy, "not-applicable", "a service", _service) for policy in _ANYWHERE),
    Case(_user, "pass", "the container's own", deployed(context(runAsUser=1000.0), securityContext=None)),
    Case(_user, "fail", "a pod without user", deployed(securityContext=None), ("container 'api': no user is set",)),
    Case(_user, "fail", "a pod with root", deployed(context(runAsUser=0.0)), ("container 'api': user '0' is root",)),
    Case(_user, "fail", "a job of a timetable", resource(_cron, CRON_JOB), ("user '0' is root",)),
    Case(
        _user,
        "fail",
        "an init container",
        deployed(initContainers=[{**context(runAsUser=0.0), "name": "first"}]),
        ("container 'first': user '0' is root",),
    ),
    Case(_user, "unknown", "a pod's user", deployed(securityContext={"runAsUser": UNKNOWN_NUMBER})),
    Case(_root, "fail", "a pod", deployed(context(readOnlyRootFilesystem=None)), ("file system is writable",)),
    Case(_root, "unknown", "a pod's flag", deployed(context(readOnlyRootFilesystem=UNKNOWN_FLAG))),
    Case(
        _capabilities,
        "fail",
        "a pod",
        deployed(context(capabilities={"drop": ["CHOWN"], "add": ["NET_ADMIN"]})),
        ("not all capabilities", "capabilities are added: NET_ADMIN"),
    ),
    Case(_capabilities, "unknown", "a pod's context", deployed(pod_container(securityContext=UNKNOWN_OBJECT))),
    Case(
        _privileges,
        "fail",
        "a pod that says nothing",
        deployed(context(allowPrivilegeEscalation=None)),
        ("can gain privileges",),
    ),
    Case(
        _privileges,
        "fail",
        "a pod without seccomp",
        deployed(securityContext={"runAsUser": 1000.0}),
        ("seccompProfile not set",),
    ),
    Case(
        _privileges,
        "fail",
        "a pod without confinement",
        deployed(
            context(seccompProfile={"type": "Unconfined"}, appArmorProfile={"type": "Unconfined"}, procMount="Unmasked")
        ),
        ("seccompProfile Unconfined, appArmorProfile Unconfined, procMount Unmasked",),
    ),
    Case(_privileges, "unknown", "a pod's flag", deployed(context(allowPrivilegeEscalation=UNKNOWN_FLAG))),
    Case(_privileged, "fail", "a pod", deployed(context(privileged=True)), ("is privileged",)),
    Case(_limits, "fail", "a pod", deployed(pod_container(resources=None)), ("no memory limit", "no CPU limit")),
    Case(
        _limits,
        "fail",
        "a pod with requests",
        deployed(pod_container(resources={"requests": {"cpu": "1", "memory": "1Gi"}})),
        ("no memory limit", "no CPU limit"),
    ),
    Case(_limits, "unknown", "a pod's limits", deployed(pod_container(resources={"limits": UNKNOWN_OBJECT}))),
    Case(_probe, "fail", "a pod", deployed(_unready), ("no health probe",)),
    Case(
        _probe, "fail", "a sidecar", deployed(initContainers=[{**_unready, "restartPolicy": "Always"}]), ("no health",)
    ),
    Case(_probe, "pass", "an init container", deployed(initContainers=[_unready])),
    Case(_probe, "pass", "a job", resource(deployment(pod_spec(_unready)), JOB)),
    Case(
        _modes,
        "fail",
        "a pod",
        deployed(hostNetwork=True, hostPID=True, hostIPC=True),
        ("hostNetwork is 'host'", "hostPID is 'host'", "hostIPC is 'host'"),
    ),
    Case(_modes, "pass", "a pod that says no", deployed(hostNetwork=False)),
    Case(_image, "fail", "a pod", deployed(pod_container(image="api:latest")), ("moving tag 'latest'",)),
    Case(
        _secret,
        "fail",
        "a pod",
        deployed(pod_container(env=[{"name": "DB_PASSWORD", "value": "correct-horse"}])),
        ("environment variable 'DB_PASSWORD' is named like a secret",),
    ),
    Case(
        _secret,
        "pass",
        "a pod with a Secret",
        deployed(pod_container(env=[{"name": "DB_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "db"}}}])),
    ),
    Case(_secret, "unknown", "a pod's value", deployed(pod_container(env=[{"name": "TOKEN", "value": UNKNOWN_TEXT}]))),
    Case(_host, "pass", "a pod", deployed()),
    Case(
        _host,
        "fail",
        "a path",
        deployed(volumes=[{"name": "run", "hostPath": {"path": "/run"}}]),
        ("mounts '/run' of the node",),
    ),
    Case(
        _host,
        "fail",
        "a port",
        deployed(pod_container(ports=[{"containerPort": 8000.0, "hostPort": 80.0}])),
        ("container 'api': listens on port 80 of the node",),
    ),
    Case(_host, "unknown", "volumes", deployed(volumes=UNKNOWN_LIST)),
    Case(_host, "not-applicable", "a service", _service),
)
