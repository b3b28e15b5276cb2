"""How a stack's AWS resources are found again without a recorded ID: by names, or by their inputs.

Kinds that are not listed can safely be created again (a policy that is put, a subscription).
"""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Kind:
    """Operation and parameters of a service (boto3's names) that list candidates, and the JMESPath to their IDs.

    Parameters and path are templates over the inputs, ``{stack}`` and ``{account}``. ``identity`` makes the id that the
    state has of these and of ``found``, which the path gives. ``each`` is asked of every one found where the list does
    not tell enough: operation, parameters, path to a text that must equal a template. ``waiter`` is boto3's with its
    parameters, for what takes minutes.
    """

    service: str
    operation: str
    params: Mapping[str, Any] = field(default_factory=dict)
    path: str
    identity: Callable[[Mapping[str, Any]], str] = "{found}".format_map
    each: tuple[str, Mapping[str, str], str, str] | None = None
    waiter: tuple[str, Mapping[str, Any]] | None = None


def _eks(operation: str, path: str, identity: str, waiter: str = "", **params: str) -> Kind:
    params = {"clusterName": "{clusterName}", **params}
    return Kind(
        service="eks",
        operation=operation,
        params=params,
        path=path,
        identity=identity.format_map,
        waiter=(waiter, params) if waiter else None,
    )


def _ec2(
    operation: str,
    path: str,
    filters: Mapping[str, str],
    *,
    named: str = "Filters",
    waiter: tuple[str, Mapping[str, Any]] | None = None,
) -> Kind:
    wanted = [{"Name": name, "Values": [value]} for name, value in filters.items()]
    return Kind(service="ec2", operation=operation, params={named: wanted}, path=path, waiter=waiter)


def _tagged(operation: str, path: str) -> Kind:
    """Find by the tags with its name and stack."""
    return _ec2(operation, path, {"tag:Name": "{tags[Name]}", "tag:planewatch:stack": "{stack}"})


def _rule(inbound: str) -> Kind:
    path = f"SecurityGroupRules[?IsEgress==`{inbound}` && Description=='{{description}}'].SecurityGroupRuleId"
    return _ec2("describe_security_group_rules", path, {"group-id": "{securityGroupId}"})


def _route(values: Mapping[str, Any]) -> str:
    """Return a route's id as the official plugin makes it: the table's behind ``r-`` and the destination's CRC-32."""
    return f"r-{values['routeTableId']}{zlib.crc32(values['found'].encode())}"


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "aws:eks/cluster:Cluster": Kind(
            service="eks",
            operation="describe_cluster",
            params={"name": "{name}"},
            path="cluster.name",
            waiter=("cluster_active", {"name": "{name}"}),
        ),
        "aws:eks/nodeGroup:NodeGroup": _eks(
            "describe_nodegroup",
            "nodegroup.nodegroupName",
            "{clusterName}:{found}",
            "nodegroup_active",
            nodegroupName="{nodeGroupName}",
        ),
        "aws:eks/addon:Addon": _eks(
            "describe_addon", "addon.addonName", "{clusterName}:{found}", "addon_active", addonName="{addonName}"
        ),
        "aws:eks/accessEntry:AccessEntry": _eks(
            "describe_access_entry",
            "accessEntry.principalArn",
            "{clusterName}:{found}",
            principalArn="{principalArn}",
        ),
        "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": _eks(
            "list_associated_access_policies",
            "associatedAccessPolicies[?policyArn=='{policyArn}'].policyArn",
            "{clusterName}#{principalArn}#{found}",
            principalArn="{principalArn}",
        ),
        "aws:eks/podIdentityAssociation:PodIdentityAssociation": _eks(
            "list_pod_identity_associations",
            "associations[?namespace=='{namespace}' && serviceAccount=='{serviceAccount}'].associationId",
            "{found}",
            namespace="{namespace}",
            serviceAccount="{serviceAccount}",
        ),
        "aws:ec2/vpc:Vpc": _tagged("describe_vpcs", "Vpcs[].VpcId"),
        "aws:ec2/subnet:Subnet": _ec2(
            "describe_subnets", "Subnets[].SubnetId", {"vpc-id": "{vpcId}", "cidr-block": "{cidrBlock}"}
        ),
        "aws:ec2/internetGateway:InternetGateway": _tagged(
            "describe_internet_gateways", "InternetGateways[].InternetGatewayId"
        ),
        "aws:ec2/eip:Eip": _tagged("describe_addresses", "Addresses[].AllocationId"),
        "aws:ec2/natGateway:NatGateway": _ec2(
            "describe_nat_gateways",
            "NatGateways[?State=='pending' || State=='available'].NatGatewayId",
            {"subnet-id": "{subnetId}"},
            named="Filter",
            waiter=("nat_gateway_available", {"NatGatewayIds": ["{found}"]}),
        ),
        "aws:ec2/routeTable:RouteTable": _tagged("describe_route_tables", "RouteTables[].RouteTableId"),
        "aws:ec2/route:Route": Kind(
            service="ec2",
            operation="describe_route_tables",
            params={"RouteTableIds": ["{routeTableId}"]},
            path="RouteTables[].Routes[?DestinationCidrBlock=='{destinationCidrBlock}'][].DestinationCidrBlock",
            identity=_route,
        ),
        "aws:ec2/routeTableAssociation:RouteTableAssociation": _ec2(
            "describe_route_tables",
            "RouteTables[].Associations[?SubnetId=='{subnetId}'][].RouteTableAssociationId",
            {"route-table-id": "{routeTableId}"},
        ),
        "aws:ec2/securityGroup:SecurityGroup": _ec2(
            "describe_security_groups", "SecurityGroups[].GroupId", {"vpc-id": "{vpcId}", "group-name": "{name}"}
        ),
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _rule("false"),
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": _rule("true"),
        "aws:ec2/vpcEndpoint:VpcEndpoint": _ec2(
            "describe_vpc_endpoints",
            "VpcEndpoints[?State!='deleting' && State!='deleted'].VpcEndpointId",
            {"vpc-id": "{vpcId}", "service-name": "{serviceName}"},
        ),
        "aws:ec2/flowLog:FlowLog": _ec2(
            "describe_flow_logs", "FlowLogs[].FlowLogId", {"resource-id": "{vpcId}"}, named="Filter"
        ),
        "aws:ec2/launchTemplate:LaunchTemplate": Kind(
            service="ec2",
            operation="describe_launch_templates",
            params={"LaunchTemplateNames": ["{name}"]},
            path="LaunchTemplates[].LaunchTemplateId",
        ),
        "aws:iam/role:Role": Kind(
            service="iam", operation="get_role", params={"RoleName": "{name}"}, path="Role.RoleName"
        ),
        "aws:iam/openIdConnectProvider:OpenIdConnectProvider": Kind(
            service="iam",
            operation="list_open_id_connect_providers",
            path="OpenIDConnectProviderList[].Arn",
            each=(
                "get_open_id_connect_provider",
                {"OpenIDConnectProviderArn": "{found}"},
                "join('', ['https://', Url])",
                "{url}",
            ),
        ),
        "aws:kms/key:Key": Kind(
            service="kms",
            operation="list_keys",
            path="Keys[].KeyId",
            each=(
                "describe_key",
                {"KeyId": "{found}"},
                "KeyMetadata.[KeyState, Description] | join(' ', @)",
                "Enabled {description}",
            ),
        ),
        "aws:kms/alias:Alias": Kind(
            service="kms", operation="list_aliases", path="Aliases[?AliasName=='{name}'].AliasName"
        ),
        "aws:cloudwatch/logGroup:LogGroup": Kind(
            service="logs",
            operation="describe_log_groups",
            params={"logGroupNamePrefix": "{name}"},
            path="logGroups[?logGroupName=='{name}'].logGroupName",
        ),
        "aws:amp/workspace:Workspace": Kind(
            service="amp",
            operation="list_workspaces",
            params={"alias": "{alias}"},
            path="workspaces[?alias=='{alias}' && (status.statusCode=='CREATING' || status.statusCode=='ACTIVE')]"
            ".workspaceId",
            waiter=("workspace_active", {"workspaceId": "{found}"}),
        ),
        "aws:amp/ruleGroupNamespace:RuleGroupNamespace": Kind(
            service="amp",
            operation="describe_rule_groups_namespace",
            params={"workspaceId": "{workspaceId}", "name": "{name}"},
            path="ruleGroupsNamespace.arn",
        ),
        "aws:amp/alertManagerDefinition:AlertManagerDefinition": Kind(
            service="amp",
            operation="describe_alert_manager_definition",
            params={"workspaceId": "{workspaceId}"},
            path="alertManagerDefinition && '{workspaceId}'",
        ),
        "aws:amp/scraper:Scraper": Kind(
            service="amp",
            operation="list_scrapers",
            params={"filters": {"alias": ["{alias}"]}},
            path="scrapers[?alias=='{alias}'].scraperId",
        ),
        "aws:ecr/repository:Repository": Kind(
            service="ecr",
            operation="describe_repositories",
            params={"repositoryNames": ["{name}"]},
            path="repositories[].repositoryName",
        ),
        "aws:secretsmanager/secret:Secret": Kind(
            service="secretsmanager",
            operation="describe_secret",
            params={"SecretId": "{name}"},
            path="!DeletedDate && ARN",
        ),
        "aws:grafana/workspace:Workspace": Kind(
            service="grafana", operation="list_workspaces", path="workspaces[?name=='{name}'].id"
        ),
        "aws:budgets/budget:Budget": Kind(
            service="budgets",
            operation="describe_budget",
            params={"AccountId": "{account}", "BudgetName": "{name}"},
            path="Budget.BudgetName",
            identity="{account}:{found}".format_map,
        ),
    }
)
