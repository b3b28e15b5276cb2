"""What a stack may say of its cluster: names, labels and sizes are refused before anything is asked for or made."""

from typing import Any

import pytest

from tests.unit.config.documents import faults, good, read

LONG = 64 * "a"
# (settings below planewatch:kubernetes, what the one fault must say)
CASES: list[tuple[dict[str, Any], str]] = [
    (
        {"labels": {"app.kubernetes.io/name": "x"}},
        "app.kubernetes.io/name cannot be named so; wanted a key outside kub",
    ),
    ({"labels": {"pod-security.kubernetes.io/enforce": "privileged"}}, "wanted a key outside kubernetes.io, k8s.io"),
    ({"labels": {"planewatch.dev/zone": "x"}}, "labels.planewatch.dev/zone cannot be named so"),
    ({"labels": {f"example.com/{LONG}": "x"}}, "wanted the key of a Kubernetes label with at most 63 characters"),
    ({"labels": {"example..com/team": "x"}}, "wanted the key of a Kubernetes label"),
    ({"labels": {"team": LONG}}, "wanted at most 63 characters"),
    ({"labels": {"team": "a b"}}, 'labels.team is "a b"; wanted the value of a Kubernetes label'),
    ({"annotations": {"pulumi.com/skipAwait": "true"}}, "wanted a key outside pulumi.com, planewatch.dev"),
    ({"annotations": {"team!": "x"}}, "annotations.team! cannot be named so; wanted the key of a Kubernetes label"),
    ({"nodeSelector": {"pool": "-"}}, 'nodeSelector.pool is "-"; wanted the value of a Kubernetes label'),
    (
        {"tolerations": [{"key": "a", "operator": "Exists", "value": "b"}]},
        "tolerations.0: the operator Exists takes no value",
    ),
    ({"tolerations": [{"key": "a", "effect": "Never"}]}, 'effect is "Never"; wanted NoSchedule'),
    ({"imagePullSecrets": ["Mine"]}, 'imagePullSecrets.0 is "Mine"; wanted lower-case letters'),
    ({"storageClass": "fast disks"}, 'storageClass is "fast disks"; wanted lower-case letters'),
    ({"storageSize": "10G"}, 'storageSize is "10G"; wanted a whole number above 0 followed by Mi'),
    ({"priorityClasses": {"controlPlane": "High!"}}, 'priorityClasses.controlPlane is "High!"; wanted lower-case'),
    ({"priorityClasses": {"dataPlanes": "system-node-critical"}}, "wanted a class of your own: those named system-…"),
    ({"minimumReplicas": 3, "maximumReplicas": 2}, "maximumReplicas is 2; wanted at least minimumReplicas (3)"),
    ({"zoneQuota": {"pods": 0}}, "zoneQuota.pods is 0; wanted at least 1"),
]


@pytest.mark.parametrize(("said", "wanted"), CASES)
def test_a_fault_is_told_with_its_place(said: dict[str, Any], wanted: str) -> None:
    (fault,) = faults({**good(), "kubernetes": said})
    assert "planewatch:kubernetes" in fault
    assert wanted in fault


@pytest.mark.parametrize("release", ["1.0+", "1.0.", "v1_"])
def test_a_release_that_cannot_be_a_label_is_refused(release: str) -> None:
    (fault,) = faults({**good(), "release": release})
    assert "planewatch:release" in fault


def test_labels_and_annotations_of_ones_own_are_taken() -> None:
    said: dict[str, Any] = {
        "labels": {"team": "payments", "example.com/cost-centre": "4711"},
        "annotations": {"cluster-autoscaler.kubernetes.io/safe-to-evict": "true"},
        "priorityClasses": {"controlPlane": "platform", "dataPlanes": "business"},
    }
    found = read({**good(), "kubernetes": said}).kubernetes
    assert (dict(found.labels), dict(found.annotations)) == (said["labels"], said["annotations"])
    assert found.priority_classes.data_planes == "business"
