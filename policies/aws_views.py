"""A stack's resources on AWS: what they are, what they belong to, and which resource their properties lead to.

Stack policies see outputs. Most of what leads from one resource to another (ids, ARNs) is unknown in a preview, but the
engine says which resource each property comes from.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from pulumi_policy import (
    PolicyResource,
    ReportViolation,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
)

from policies.identity import stack_of
from policies.reading import Record
from policies.resource_policies import message

AWS = "aws:"
"""What the type of every resource on AWS begins with."""
CLUSTER = "aws:eks/cluster:Cluster"
ADDON = "aws:eks/addon:Addon"
ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
LAUNCH_TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup"
DEFAULT_SECURITY_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
INGRESS_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS_RULE = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
SECURITY_GROUP_RULE = "aws:ec2/securityGroupRule:SecurityGroupRule"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
TOPIC = "aws:sns/topic:Topic"
KEY = "aws:kms/key:Key"
REPOSITORY = "aws:ecr/repository:Repository"
SECRET = "aws:secretsmanager/secret:Secret"  # noqa: S105 (the name of a type)
WORKSPACE = "aws:amp/workspace:Workspace"
ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
MANAGED_POLICY = "aws:iam/policy:Policy"
ROLE_ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"

PLANE_TAG = "data_plane_id"
_DATA_PLANE = "planewatch:components:DataPlane"


@dataclass(frozen=True, kw_only=True)
class AwsResource:
    """One resource. `needs` are URNs that each property comes from, `above` the data plane that made it, if one did."""

    kind: str
    resource_name: str
    urn: str
    props: Record
    needs: Mapping[str, tuple[str, ...]]
    above: str

    def known(self, key: str) -> str:
        """Read a text; empty when it is not set or not known yet."""
        value = self.props.text(key)
        return value if isinstance(value, str) else ""


@dataclass(frozen=True)
class AwsStack:
    """Everything that a stack has on AWS, and the names of its data planes."""

    stack: str
    resources: tuple[AwsResource, ...]
    planes: frozenset[str]

    def of(self, *kinds: str) -> tuple[AwsResource, ...]:
        """Find the resources of some types."""
        return tuple(one for one in self.resources if one.kind in kinds)

    def behind(self, one: AwsResource, key: str, kind: str) -> tuple[AwsResource, ...]:
        """Find the resources of a type that a property comes from."""
        urns = one.needs.get(key, ())
        return tuple(other for other in self.of(kind) if other.urn in urns)

    def plane_in(self, namespace: str) -> str:
        """Name the data plane that a namespace is of; empty for none."""
        name = namespace.removeprefix(f"planewatch-{self.stack}-")
        return name if name in self.planes and name != namespace else ""

    def plane_of(self, one: AwsResource) -> str:
        """Name the data plane that a resource belongs to; empty for none.

        It was made by one, says so by its tag, serves a service account in its namespace, or has the plane's name.
        """
        if one.above:
            return one.above
        tags = one.props.record("tagsAll")
        said = tags.text(PLANE_TAG) if isinstance(tags, Record) else None
        if isinstance(said, str) and said:
            return said
        if one.kind == ROLE:
            served = [other for other in self.of(ASSOCIATION) if one in self.behind(other, "roleArn", ROLE)]
            return next((plane for plane in map(self.plane_of, served) if plane), "")
        return self.plane_in(one.known("namespace") or one.known("alias"))


AwsViolation = tuple[AwsResource, str]
"""The resource, and what was found."""


def aws_stack(args: StackValidationArgs) -> AwsStack:
    """Build the view of a stack."""
    return AwsStack(
        stack=next((stack_of(r.urn) for r in args.resources), ""),
        resources=tuple(_resource(r) for r in args.resources if r.resource_type.startswith(AWS)),
        planes=frozenset(r.name for r in args.resources if r.resource_type == _DATA_PLANE),
    )


def aws_policy(
    *,
    name: str,
    description: str,
    remedy: str,
    check: Callable[[AwsStack], Iterator[AwsViolation]],
    severity: Severity = Severity.HIGH,
) -> StackValidationPolicy:
    """Make a policy over what a stack has on AWS; a stack without anything there is not applicable."""

    def validate(args: StackValidationArgs, report_violation: ReportViolation) -> None:
        if not any(r.resource_type.startswith(AWS) for r in args.resources):
            args.not_applicable("the stack has no resources on AWS")
        for subject, found in check(aws_stack(args)):
            report_violation(message(subject.kind, subject.resource_name, found, remedy), subject.urn)

    return StackValidationPolicy(
        name=name, description=description, validate=validate, severity=severity, remediation_steps=remedy
    )


def _resource(resource: PolicyResource) -> AwsResource:
    return AwsResource(
        kind=resource.resource_type,
        resource_name=resource.name,
        urn=resource.urn,
        props=Record(resource.props),
        needs={key: tuple(one.urn for one in found) for key, found in resource.property_dependencies.items()},
        above=_plane_above(resource),
    )


def _plane_above(resource: PolicyResource) -> str:
    above = resource.parent
    while above is not None and above.resource_type != _DATA_PLANE:
        above = above.parent
    return above.name if above else ""
