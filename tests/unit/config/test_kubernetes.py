"""What a stack may say of its cluster: names, labels and sizes are refused before anything is asked for or made."""

from typing import Any

import pytest

from tests.unit.config.documents import faults, good, read

LONG = 64 * "a"
# (settings below planewatch:kubernetes, what the one fault must say)
CASES: list[tuple[dict[str, Any], str]] = [
    (
        {"labels": {"app.kubernetes.io/name": "x"}},
        (
            ".labels.app.kubernetes.io/name: this name must be outside kubernetes.io, k8s.io,"
            " planewatch.dev, which the stack sets itself"
        ),
    ),
    (
        {"labels": {"pod-security.kubernetes.io/enforce": "privileged"}},
        (
            ".labels.pod-security.kubernetes.io/enforce: this name must be outside kubernetes.io, k8s.io,"
            " planewatch.dev, which the stack sets itself"
        ),
    ),
    (
        {"labels": {"planewatch.dev/zone": "x"}},
        (
            ".labels.planewatch.dev/zone: this name must be outside kubernetes.io, k8s.io,"
            " planewatch.dev, which the stack sets itself"
        ),
    ),
    (
        {"labels": {f"example.com/{LONG}": "x"}},
        (
            ".labels.example.com/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: this name must be a"
            " Kubernetes label key with ≤ 63 characters after the /, e.g. example.com/team"
        ),
    ),
    (
        {"labels": {"example..com/team": "x"}},
        (
            ".labels.example..com/team: this name must be a Kubernetes label key with ≤ 63 characters"
            " after the /, e.g. example.com/team"
        ),
    ),
    (
        {"labels": {"team": LONG}},
        '.labels.team must have ≤ 63 characters (got "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…)',
    ),
    (
        {"labels": {"team": "a b"}},
        (
            ".labels.team must be a Kubernetes label value: letters, digits and . _ -, starting and"
            ' ending with a letter or digit (got "a b")'
        ),
    ),
    (
        {"annotations": {"pulumi.com/skipAwait": "true"}},
        (
            ".annotations.pulumi.com/skipAwait: this name must be outside pulumi.com, planewatch.dev,"
            " which the stack sets itself"
        ),
    ),
    (
        {"annotations": {"team!": "x"}},
        (
            ".annotations.team!: this name must be a Kubernetes label key with ≤ 63 characters after the"
            " /, e.g. example.com/team"
        ),
    ),
    (
        {"nodeSelector": {"pool": "-"}},
        (
            ".nodeSelector.pool must be a Kubernetes label value: letters, digits and . _ -, starting and"
            ' ending with a letter or digit (got "-")'
        ),
    ),
    (
        {"tolerations": [{"key": "a", "operator": "Exists", "value": "b"}]},
        ".tolerations.0: operator Exists takes no value; remove value",
    ),
    (
        {"tolerations": [{"key": "a", "effect": "Never"}]},
        '.tolerations.0.effect must be NoSchedule, PreferNoSchedule or NoExecute (got "Never")',
    ),
    (
        {"imagePullSecrets": ["Mine"]},
        (
            ".imagePullSecrets.0 must be a DNS name: lower-case letters, digits, dots and hyphens, each"
            ' part starting and ending with a letter or digit (got "Mine")'
        ),
    ),
    (
        {"storageClass": "fast disks"},
        (
            ".storageClass must be a DNS name: lower-case letters, digits, dots and hyphens, each part"
            ' starting and ending with a letter or digit (got "fast disks")'
        ),
    ),
    ({"storageSize": "10G"}, '.storageSize must be a quantity: an integer > 0 and Mi, Gi or Ti, e.g. 10Gi (got "10G")'),
    (
        {"priorityClasses": {"controlPlane": "High!"}},
        (
            ".priorityClasses.controlPlane must be a DNS name: lower-case letters, digits, dots and"
            ' hyphens, each part starting and ending with a letter or digit (got "High!")'
        ),
    ),
    (
        {"priorityClasses": {"dataPlanes": "system-node-critical"}},
        (
            ".priorityClasses.dataPlanes must be a class of your own, not one of the cluster's (system-…)"
            ' (got "system-node-critical")'
        ),
    ),
    ({"minimumReplicas": 3, "maximumReplicas": 2}, ": maximumReplicas must be ≥ minimumReplicas, which is 3 (got 2)"),
    ({"zoneQuota": {"pods": 0}}, ".zoneQuota.pods must be ≥ 1 (got 0)"),
    ({"progressDeadlineSeconds": 5}, ".progressDeadlineSeconds must be ≥ 10 (got 5)"),
]


@pytest.mark.parametrize(("said", "wanted"), CASES)
def test_a_fault_is_reported_with_its_place(said: dict[str, Any], wanted: str) -> None:
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
