"""AWS quotas that a stack may exhaust, by the API's error code, with their names in Service Quotas.

Codes are those of the Service Quotas console as public configurations quote them; none was looked up in an account.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True)
class Quota:
    """A quota; ``code`` "" where only the name is known. ``region`` is that of IAM's quotas, else the stack's."""

    name: str
    service: str
    code: str = ""
    region: str = ""


def _vpc(name: str, code: str) -> Quota:
    return Quota(name=name, service="vpc", code=code)


def _iam(name: str, code: str) -> Quota:
    return Quota(name=name, service="iam", code=code, region="us-east-1")


# EC2 has an error code for each of its quotas.
BY_ERROR: Mapping[str, Quota] = MappingProxyType(
    {
        "VpcLimitExceeded": _vpc("VPCs per Region", "L-F678F1CE"),
        "SubnetLimitExceeded": _vpc("Subnets per VPC", "L-407747CB"),
        "InternetGatewayLimitExceeded": _vpc("Internet gateways per Region", "L-A4707A72"),
        "NatGatewayLimitExceeded": _vpc("NAT gateways per Availability Zone", "L-FE5A380F"),
        "RouteTableLimitExceeded": _vpc("Route tables per VPC", "L-589F43AA"),
        "RouteLimitExceeded": _vpc("Routes per route table", "L-93826ACB"),
        "SecurityGroupLimitExceeded": _vpc("VPC security groups per Region", "L-E79EC296"),
        "RulesPerSecurityGroupLimitExceeded": _vpc("Inbound or outbound rules per security group", "L-0EA8095F"),
        "VpcEndpointLimitExceeded": _vpc("Interface VPC endpoints per VPC", "L-29B6F2EB"),
        "AddressLimitExceeded": Quota(name="EC2-VPC Elastic IPs", service="ec2", code="L-0263D0A3"),
        "VcpuLimitExceeded": Quota(
            name="Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances", service="ec2", code="L-1216C47A"
        ),
    }
)
# Other services say only that a quota is used up; which one follows from what was being made.
OF_RESOURCE: Mapping[str, Quota] = MappingProxyType(
    {
        "aws:eks/cluster:Cluster": Quota(name="Clusters", service="eks", code="L-1194D53C"),
        "aws:eks/nodeGroup:NodeGroup": Quota(name="Managed node groups per cluster", service="eks", code="L-6D54EA21"),
        "aws:iam/role:Role": _iam("Roles per account", "L-FE177D64"),
        "aws:iam/policy:Policy": _iam("Customer managed policies per account", "L-E95E4862"),
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment": _iam(
            "Managed policies attached to an IAM role", "L-0DA4ABF3"
        ),
        "aws:iam/openIdConnectProvider:OpenIdConnectProvider": _iam(
            "OpenId connect providers per account", "L-858F3967"
        ),
        "aws:kms/key:Key": Quota(name="Customer Master Keys (CMKs)", service="kms", code="L-C2F1777E"),
        "aws:sns/topic:Topic": Quota(name="Topics per Account", service="sns", code="L-61103206"),
        "aws:amp/workspace:Workspace": Quota(name="Workspaces per region per account", service="aps"),
        "aws:amp/ruleGroupNamespace:RuleGroupNamespace": Quota(
            name="Rule group namespaces per workspace", service="aps"
        ),
        "aws:cloudwatch/logGroup:LogGroup": Quota(name="Log groups", service="logs"),
        "aws:ecr/repository:Repository": Quota(name="Registered repositories", service="ecr"),
    }
)
# The error codes that stand for any quota.
GENERAL = (
    "ServiceQuotaExceededException",
    "ResourceLimitExceededException",
    "ResourceLimitExceeded",
    "LimitExceededException",
    "LimitExceeded",
)


def of_error(code: str, resource_type: str) -> Quota | None:
    """Return the quota behind an error ``code`` when a resource of that type (its token) was being created."""
    return BY_ERROR.get(code) or (OF_RESOURCE.get(resource_type) if code in GENERAL else None)


def how_to_raise(quota: Quota, region: str) -> str:
    """Explain where to see and how to raise a quota."""
    where = quota.region or region
    if not quota.code:
        return (
            f"`aws service-quotas list-service-quotas --service-code {quota.service} --region {where}` shows it with "
            f"its code; request an increase at https://{where}.console.aws.amazon.com/servicequotas/home/services/{quota.service}/quotas"
        )
    place = f"--service-code {quota.service} --quota-code {quota.code} --region {where}"
    return (
        f"`aws service-quotas get-service-quota {place}` shows it, "
        f"`aws service-quotas request-service-quota-increase {place} --desired-value …` requests an increase"
    )
