"""A stack's objects on a cluster: namespaces, the pods in them, and what belongs to those.

Stack policies see outputs. An object whose name or namespace is not known yet is left out, and `complete` says so:
nothing may then be reported as absent.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from pulumi_policy import (
    EnforcementLevel,
    PolicyResource,
    ReportViolation,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
)

from policies.identity import CONTROL, ZONE_LABEL, stack_of
from policies.kubernetes_views import KUBERNETES, POD_OWNERS
from policies.label_selectors import texts_by_name
from policies.reading import Record, inside
from policies.resource_policies import message

NAMESPACE = "kubernetes:core/v1:Namespace"
GIVEN = ("kubernetes:core/v1:Secret", "edge-given")
"""Type and resource name of the Secret that the program reads for the edge (`Secret.get`) and never makes."""
POLICY_SWITCH = ("kubernetes:core/v1:ConfigMap", "kube-system", "amazon-vpc-cni")
"""Type, namespace and name of what switches network policies on in EKS Auto Mode, which looks for it there alone."""
NETWORK_POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
NAME_LABEL = "kubernetes.io/metadata.name"


@dataclass(frozen=True)
class ClusterObject:
    """One object; `namespace` is empty for what belongs to the whole cluster."""

    kind: str
    resource_name: str
    urn: str
    name: str
    namespace: str
    labels: Mapping[str, str]
    props: Record

    @property
    def is_policy_switch(self) -> bool:
        """Whether it is what a cluster in Auto Mode needs outside the stack's namespaces."""
        return (self.kind, self.namespace, self.name) == POLICY_SWITCH


@dataclass(frozen=True)
class ClusterStack:
    """Everything that a stack has on a cluster."""

    stack: str
    objects: tuple[ClusterObject, ...]
    complete: bool

    def of(self, *kinds: str) -> tuple[ClusterObject, ...]:
        """Find the objects of some types."""
        return tuple(one for one in self.objects if one.kind in kinds)

    @cached_property
    def zones(self) -> dict[str, str]:
        """The zone that each namespace of the stack is, by the namespace's name."""
        return {one.name: one.labels.get(ZONE_LABEL, "") for one in self.of(NAMESPACE)}

    @property
    def planes(self) -> dict[str, str]:
        """The data planes among the zones."""
        return {name: zone for name, zone in self.zones.items() if zone and zone != CONTROL}

    def labels_of(self, namespace: str) -> dict[str, str]:
        """Labels of a namespace of the stack, with the one that the cluster itself adds."""
        own = next((one.labels for one in self.of(NAMESPACE) if one.name == namespace), {})
        return {**own, NAME_LABEL: namespace}

    def pods_in(self, namespace: str) -> tuple[tuple[ClusterObject, dict[str, str]], ...]:
        """Give what makes pods in a namespace, with the labels of those pods."""
        return tuple((one, pod_labels(one)) for one in self.of(*POD_OWNERS) if one.namespace == namespace)


ClusterViolation = tuple[ClusterObject, str]
"""The object, and what was found."""
ClusterCheck = Callable[[ClusterStack], Iterator[ClusterViolation]]


def pod_labels(owner: ClusterObject) -> dict[str, str]:
    """Read the labels of the pods that an object makes."""
    return texts_by_name(inside(owner.props, "spec", "template", "metadata", "labels"))


def is_on_cluster(args: StackValidationArgs) -> bool:
    """Whether the stack has anything on a cluster."""
    return any(r.resource_type.startswith(KUBERNETES) for r in args.resources)


def report(args: StackValidationArgs, check: ClusterCheck, remedy: str, report_violation: ReportViolation) -> None:
    """Validate a stack's objects and report each violation."""
    for subject, found in check(cluster_stack(args)):
        report_violation(message(subject.kind, subject.resource_name, found, remedy), subject.urn)


def cluster_policy(
    *, name: str, description: str, remedy: str, check: ClusterCheck, level: EnforcementLevel | None = None
) -> StackValidationPolicy:
    """Make a policy over the objects of a stack; a stack without any is not applicable.

    `level` holds whatever the stack says, for what a stack may well want otherwise.
    """

    def validate(args: StackValidationArgs, report_violation: ReportViolation) -> None:
        if not is_on_cluster(args):
            args.not_applicable("the stack has no objects on a cluster")
        report(args, check, remedy, report_violation)

    return StackValidationPolicy(
        name=name,
        description=description,
        validate=validate,
        enforcement_level=level,
        severity=Severity.MEDIUM if level else Severity.CRITICAL,
        remediation_steps=remedy,
    )


def cluster_stack(args: StackValidationArgs) -> ClusterStack:
    """Build the view of a stack."""
    objects = [_object(r) for r in args.resources if r.resource_type.startswith(KUBERNETES)]
    found = tuple(one for one in objects if one is not None)
    stack = next((stack_of(r.urn) for r in args.resources), "")
    return ClusterStack(stack, found, complete=len(found) == len(objects))


def _object(resource: PolicyResource) -> ClusterObject | None:
    bag = Record(resource.props)
    metadata = bag.record("metadata")
    if not isinstance(metadata, Record):
        return None
    name, namespace, labels = metadata.text("name"), metadata.text("namespace"), metadata.record("labels")
    if not isinstance(name, str) or not isinstance(namespace, str | None) or not isinstance(labels, Record | None):
        return None
    return ClusterObject(
        kind=resource.resource_type,
        resource_name=resource.name,
        urn=resource.urn,
        name=name,
        namespace=namespace or "",
        labels=texts_by_name(labels),
        props=bag,
    )
