"""What was changed by hand on a cluster is named, by answers of an API server; what others own is no difference."""

import copy
from typing import Any

import pytest

from delivery.live.objects import differences, goes_by_itself
from delivery.recorded import Resource

Object = dict[str, Any]
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:…"}

API: Object = {
    "metadata": {"name": "api", "namespace": "n", "labels": {"app": "api"}},
    "spec": {
        "selector": {"matchLabels": {"app": "api"}},
        "template": {
            "spec": {
                "containers": [
                    {
                        "name": "api",
                        "image": "api:1",
                        "args": ["--port", "8000"],
                        "env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}],
                        "resources": {"limits": {"cpu": "500m"}},
                    }
                ],
                "tolerations": [{"key": "dedicated", "operator": "Exists"}],
            }
        },
    },
}


def written(wanted: Object, **more: Any) -> Object:
    """Return what an API server makes of it: fields of its own, with defaults for what the program leaves out."""
    live = copy.deepcopy(wanted)
    live["metadata"] |= {"uid": "1", "resourceVersion": "7", "generation": 1}
    return live | more


def deployed(wanted: Object) -> Object:
    live = written(wanted, status={"replicas": 2})
    live["spec"] |= {"replicas": 2, "minReadySeconds": 0}
    return live


def found(wanted: Object, live: Object, kind: str = "Deployment", recorded: Object | None = None) -> list[Any]:
    outputs = recorded or (deployed(wanted) if kind == "Deployment" else written(wanted))
    return list(differences(Resource(urn="urn:o", type="t", id="n/o", inputs=wanted, outputs=outputs), kind, live))


def changed(*path: str | int, to: object) -> Object:
    live = deployed(API)
    inner: Any = live
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = to
    return live


CONTAINER = ("spec", "template", "spec", "containers", 0)
NAMED = "spec.template.spec.containers[api]"


def test_what_is_as_recorded_differs_in_nothing() -> None:
    assert found(API, deployed(API)) == []


@pytest.mark.parametrize(
    ("live", "told"),
    [
        (changed(*CONTAINER, "image", to="api:2"), f"{NAMED}.image is api:2, not api:1"),
        (
            changed(*CONTAINER, "resources", "limits", to={"cpu": "2"}),
            f"{NAMED}.resources.limits.cpu is 2, not 500m",
        ),
        (changed(*CONTAINER, "args", to=["--port", "9"]), f"{NAMED}.args[1] is 9, not 8000"),
        (changed(*CONTAINER, "args", to=["--port"]), f"{NAMED}.args[1] is gone"),
        (changed(*CONTAINER, "env", 1, "value", to="hush"), f"{NAMED}.env[B].value was changed"),
        (changed(*CONTAINER, "env", to=[{"name": "A", "value": "1"}]), f"{NAMED}.env[B] is gone"),
        (changed("metadata", "labels", to={}), "metadata.labels.app is gone"),
        (changed("spec", "template", "spec", "tolerations", to=[]), "spec.template.spec.tolerations[0] is gone"),
    ],
)
def test_what_was_changed_by_hand_is_named(live: Object, told: str) -> None:
    assert found(API, live) == [(told, False)]


@pytest.mark.parametrize(
    "live",
    [
        changed("spec", "replicas", to=5),
        changed("spec", "replicas", to=1),
        changed("metadata", "annotations", to={"deployment.kubernetes.io/revision": "9"}),
        changed("spec", "template", "metadata", to={"annotations": {"kubectl.kubernetes.io/restartedAt": "now"}}),
        changed(*CONTAINER, "env", to=[{"name": n, "value": v} for n, v in (("X", "0"), ("B", "2"), ("A", "1"))]),
        changed("status", to={"replicas": 0}),
    ],
)
def test_what_autoscalers_and_others_own_is_no_difference(live: Object) -> None:
    assert found(API, live) == []


def test_an_autoscaled_workload_without_pods_stays_so_until_it_is_replaced() -> None:
    assert found(API, changed("spec", "replicas", to=0)) == [
        ("is scaled to 0, where no autoscaler brings it back", True)
    ]


def test_replicas_that_the_program_sets_are_its_own() -> None:
    fixed = copy.deepcopy(API)
    fixed["spec"]["replicas"] = 2
    assert found(fixed, changed("spec", "replicas", to=0)) == [("spec.replicas is 0, not 2", False)]


def test_a_secret_s_data_is_compared_by_its_version() -> None:
    secret = {"metadata": {"name": "s"}, "type": "Opaque", "data": SECRET}
    live = written(secret, data={"key": "dmFsdWU="})
    recorded = written(secret)
    assert found(secret, live, "Secret", recorded) == []
    live["metadata"]["resourceVersion"] = "8"
    assert found(secret, live, "Secret", recorded) == [("was written by somebody else", False)]


def test_a_secret_value_in_another_object_is_not_told() -> None:
    wanted = copy.deepcopy(API)
    wanted["spec"]["template"]["spec"]["containers"][0]["env"] = SECRET
    recorded, live = deployed(wanted), deployed(API)
    assert found(wanted, live, recorded=recorded) == []


def test_a_long_or_confidential_value_is_not_printed() -> None:
    wanted = {"metadata": {"name": "c"}, "data": {"prometheus.yml": "a: 1"}}
    live = written(wanted, data={"prometheus.yml": "password: hush"})
    assert found(wanted, live, "ConfigMap") == [("data.prometheus.yml was changed", False)]
    live = changed(*CONTAINER, "image", to="x" * 100)
    assert found(API, live) == [(f"{NAMED}.image was changed", False)]


POLICY: Object = {
    "metadata": {"name": "to-dns"},
    "spec": {"podSelector": {}, "policyTypes": ["Egress"], "egress": [{"ports": [{"port": 53, "protocol": "UDP"}]}]},
}


@pytest.mark.parametrize(
    "spec",
    [
        {**POLICY["spec"], "egress": [*POLICY["spec"]["egress"], {}]},
        {**POLICY["spec"], "podSelector": {"matchLabels": {"app": "other"}}},
        {**POLICY["spec"], "ingress": [{}]},
    ],
)
def test_a_policy_grants_what_is_recorded_and_nothing_else(spec: Object) -> None:
    assert found(POLICY, written(POLICY), "NetworkPolicy") == []
    assert found(POLICY, written(POLICY, spec=spec), "NetworkPolicy") == [("spec grants what is not recorded", True)]


def test_a_role_and_its_binding_grant_nothing_else_either() -> None:
    role = {"metadata": {"name": "r"}, "rules": [{"verbs": ["list"], "resources": ["pods"]}]}
    more = written(role, rules=[*role["rules"], {"verbs": ["*"], "resources": ["secrets"]}])
    assert found(role, more, "Role") == [("rules grants what is not recorded", True)]
    binding = {"metadata": {"name": "b"}, "subjects": [{"kind": "ServiceAccount", "name": "p"}]}
    more = written(binding, subjects=[*binding["subjects"], {"kind": "User", "name": "jane"}])
    assert found(binding, more, "RoleBinding") == [("subjects grants what is not recorded", True)]


@pytest.mark.parametrize(("spec", "goes"), [({"ttlSecondsAfterFinished": 60}, True), ({}, False)])
def test_a_job_may_be_gone_when_its_time_is_over(spec: Object, goes: bool) -> None:
    job = Resource(urn="urn:j", type="t", id="n/j", inputs={"spec": spec})
    assert goes_by_itself(job, "Job") is goes
    assert not goes_by_itself(job, "Deployment")


def test_an_object_that_is_being_deleted_is_named() -> None:
    live = changed("metadata", "deletionTimestamp", to="2026-11-30T00:00:00Z")
    assert found(API, live) == [("is being deleted", False)]
