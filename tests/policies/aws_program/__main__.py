"""A data plane beside a shared workspace on AWS, good but for what the configuration changes."""

import json

import pulumi
import pulumi_aws as aws

STACK = pulumi.get_stack()
config = pulumi.Config("sample")
tags = {"owner": config.get("owner") or "", "cost-center": "observability", "planewatch:release": "1.0.0"}
provider = aws.Provider(
    "aws",
    region="eu-central-1",
    default_tags=aws.ProviderDefaultTagsArgs(tags={**tags, "planewatch:stack": STACK}),
)
here = pulumi.ResourceOptions(provider=provider)
account = aws.get_caller_identity(opts=pulumi.InvokeOptions(provider=provider)).account_id


def document(**members: pulumi.Input[object]) -> pulumi.Output[str]:
    statement = {"Sid": "Sample", "Effect": "Allow", **members}
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [statement]})


key = aws.kms.Key(
    "key",
    enable_key_rotation=True,
    deletion_window_in_days=30,
    policy=document(
        Action="kms:*", Resource="*", Principal={"AWS": config.get("keyUser") or f"arn:aws:iam::{account}:root"}
    ),
    opts=here,
)
logs = aws.cloudwatch.LogGroup(
    "logs", name=f"/planewatch-{STACK}/metrics", kms_key_id=key.arn, retention_in_days=90, opts=here
)
workspace = aws.amp.Workspace(
    "metrics",
    alias=f"planewatch-{STACK}",
    kms_key_arn=key.arn,
    logging_configuration=aws.amp.WorkspaceLoggingConfigurationArgs(log_group_arn=pulumi.Output.concat(logs.arn, ":*")),
    opts=pulumi.ResourceOptions.merge(here, pulumi.ResourceOptions(protect=True)),
)
aws.amp.WorkspaceConfiguration(
    "metrics",
    workspace_id=workspace.id,
    retention_period_in_days=150,
    limits_per_label_sets=[
        aws.amp.WorkspaceConfigurationLimitsPerLabelSetArgs(
            label_set={}, limits=aws.amp.WorkspaceConfigurationLimitsPerLabelSetLimitsArgs(max_series=1_000_000)
        )
    ],
    opts=here,
)
pod = {
    "aws:RequestTag/kubernetes-namespace": f"planewatch-{STACK}-dev",
    "aws:RequestTag/kubernetes-service-account": "collector",
}
plane = pulumi.ComponentResource("planewatch:components:DataPlane", "dev")
beside = pulumi.ResourceOptions.merge(here, pulumi.ResourceOptions(parent=plane))
role = aws.iam.Role(
    "collector",
    name="collector",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": {
                "Effect": "Allow",
                "Action": ["sts:AssumeRole", "sts:TagSession"],
                "Principal": {"Service": "pods.eks.amazonaws.com"},
                "Condition": {"StringEquals": pod} if not config.get_bool("anyPod") else {},
            },
        }
    ),
    tags={"environment": "dev", "data_plane_id": "dev"},
    opts=beside,
)
aws.iam.RolePolicy(
    "collector",
    name="collector",
    role=role.id,
    policy=document(Action="aps:RemoteWrite", Resource=workspace.arn)
    if config.get_bool("writes")
    else document(Action="logs:PutLogEvents", Resource=pulumi.Output.concat(logs.arn, ":*")),
    opts=beside,
)
group = aws.ec2.SecurityGroup(
    "endpoints", description="HTTPS to the endpoints of AWS's services", vpc_id="vpc-0a1b2c3d", opts=here
)
aws.vpc.SecurityGroupIngressRule(
    "https",
    security_group_id=group.id,
    description="HTTPS",
    ip_protocol="tcp",
    from_port=443,
    to_port=443,
    cidr_ipv4=config.get("from") or "10.64.0.0/16",
    opts=here,
)
