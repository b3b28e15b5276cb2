"""Inputs are judged before anything is made: by the SDK's names, the service's shapes and its published rules."""

import json
from typing import cast

import pytest

from tests.harness.aws import REGION, SimulatedAws
from toolchain.simulated_aws.plugin import inputs as checks
from toolchain.simulated_aws.plugin import settings
from toolchain.simulated_aws.plugin.connection import Connection
from toolchain.simulated_aws.plugin.tables import ROWS
from toolchain.standins.servicer.autonaming import Autoname
from toolchain.standins.servicer.values import Props

RULE = "groups:\n- name: g\n  rules:\n" + "  - {record: 'a:b', expr: up}\n"
CLUSTER: Props = {"roleArn": "arn:aws:iam::123456789012:role/a", "vpcConfig": {"subnetIds": ["subnet-1", "subnet-2"]}}
BUDGET: Props = {"name": "b", "budgetType": "COST", "timeUnit": "MONTHLY", "limitUnit": "USD"}
NOTIFICATION: Props = {
    "comparisonOperator": "GREATER_THAN",
    "threshold": 80,
    "thresholdType": "PERCENTAGE",
    "notificationType": "ACTUAL",
}
GRAFANA: Props = {
    "accountAccessType": "CURRENT_ACCOUNT",
    "authenticationProviders": ["AWS_SSO"],
    "permissionType": "CUSTOMER_MANAGED",
}
RULES: Props = {"workspaceId": "ws-1"}
POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Get*"}]}


@pytest.mark.parametrize(
    ("kind", "given", "words"),
    [
        ("ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/16", "colour": "red"}, "colour: unknown property"),
        ("ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/8"}, "cidrBlock: 10.0.0.0/8 must be between /16 and /28"),
        ("ec2/vpc:Vpc", {"cidrBlock": "10.0.0.1/16"}, "is not an IPv4 network"),
        ("ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/16", "tags": {"aws:x": "y"}}, "belong to AWS"),
        ("ec2/subnet:Subnet", {"cidrBlock": "10.0.0.0/24"}, "vpcId: missing; it is required"),
        (
            "ec2/subnet:Subnet",
            {"vpcId": "vpc-1", "cidrBlock": "10.0.0.0/24", "availabilityZone": f"{REGION}z"},
            f"{REGION} has no zone {REGION}z; it has {REGION}a",
        ),
        ("ec2/route:Route", {"routeTableId": "rtb-1", "destinationCidrBlock": "0.0.0.0/0"}, "exactly one of"),
        (
            "eks/cluster:Cluster",
            {**CLUSTER, "vpcConfig": {"subnet_ids": ["a", "b"]}},
            "vpcConfig.subnet_ids: unknown property; did you mean subnetIds?",
        ),
        ("eks/cluster:Cluster", {**CLUSTER, "version": "9.99"}, "EKS does not support 9.99; it supports 1.36"),
        ("eks/cluster:Cluster", {**CLUSTER, "name": "no blanks"}, "name: must match"),
        ("eks/cluster:Cluster", {**CLUSTER, "enabledClusterLogTypes": ["all"]}, "enabledClusterLogTypes[0]: must be"),
        ("eks/cluster:Cluster", {**CLUSTER, "computeConfig": {"enabled": True}}, "Auto Mode is on as a whole"),
        ("eks/addon:Addon", {"clusterName": "c", "addonName": "vpc-cni", "addonVersion": "v0"}, "has no version v0"),
        ("kms/key:Key", {"keyUsage": "NOTHING"}, "keyUsage: must be one of SIGN_VERIFY"),
        ("kms/key:Key", {"deletionWindowInDays": 3}, "must be between 7 and 30"),
        ("amp/workspace:Workspace", {"kmsKeyArn": "not-the-arn-of-any-key"}, "kmsKeyArn: must match arn:aws"),
        ("iam/policy:Policy", {"policy": json.dumps(POLICY)}, "a statement needs a Resource"),
        ("iam/role:Role", {"assumeRolePolicy": "{"}, "assumeRolePolicy: is not a JSON document"),
        ("iam/role:Role", {"assumeRolePolicy": "{}", "inlinePolicies": [{"name": "a"}]}, "cannot set this property"),
        ("budgets/budget:Budget", BUDGET, "limitAmount: missing"),
        ("budgets/budget:Budget", {**BUDGET, "timeUnit": "HOURLY"}, "timeUnit: must be one of"),
        (
            "budgets/budget:Budget",
            {**BUDGET, "notifications": [NOTIFICATION]},
            "notifications[0]: subscribers: must be ≥ 1 entries (got 0)",
        ),
        ("budgets/budget:Budget", {**BUDGET, "costTypes": {"useBlended": True}}, "cannot set this property"),
        ("secretsmanager/secret:Secret", {"name": "a b"}, "name: has letters, digits and"),
        ("secretsmanager/secret:Secret", {"recoveryWindowInDays": 3}, "must be 0 or between 7 and 30 days (got 3)"),
        ("secretsmanager/secretVersion:SecretVersion", {"secretId": "s"}, "secretString: missing; it is required"),
        (
            "secretsmanager/secretVersion:SecretVersion",
            {"secretId": "s", "secretString": "v", "secretBinary": "dg=="},
            "secretBinary: the stand-in aws plugin supports only secretString",
        ),
        ("grafana/workspace:Workspace", GRAFANA, "roleArn: permissionType CUSTOMER_MANAGED needs a role"),
        ("grafana/workspace:Workspace", {**GRAFANA, "dataSources": ["MYSQL"]}, "dataSources[0]: must be one of"),
        (
            "grafana/workspace:Workspace",
            {**GRAFANA, "roleArn": CLUSTER["roleArn"], "grafanaVersion": "11.0"},
            "grafanaVersion: the service has no Grafana 11.0; it has 8.4, 9.4, 10.4, 12.4",
        ),
        ("cloudwatch/logGroup:LogGroup", {"retentionInDays": 31}, "retentionInDays: must be one of 0, 1, 3"),
    ],
)
def test_a_fault_is_named_with_its_property(aws: SimulatedAws, kind: str, given: Props, words: str) -> None:
    assert words in "\n".join(_failures(aws, kind, given))


def test_what_is_fine_passes_at_the_edges_of_the_limits(aws: SimulatedAws) -> None:
    most = RULE + "  - {record: 'a:b', expr: up}\n" * 19
    assert _failures(aws, "amp/ruleGroupNamespace:RuleGroupNamespace", {**RULES, "data": most}) == []
    assert _failures(aws, "ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/28"}) == []
    assert _failures(aws, "eks/cluster:Cluster", {**CLUSTER, "version": "1.36", "name": "c" * 100}) == []


def _failures(aws: SimulatedAws, kind: str, given: Props) -> list[str]:
    environ = aws.environment
    connection = Connection(settings.read(cast("Props", {"region": REGION}), environ))
    return checks.check(ROWS[f"aws:{kind}"], {}, given, Autoname("name", b"seed"), connection)[1]
