"""Resources on AWS as the platform makes them, for the cases of the policies."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pulumi_policy import PolicyResource, PolicyResourceOptions, ResourceValidationArgs

from policies.aws_views import (
    ASSOCIATION,
    ROLE,
    ROLE_POLICY,
)
from tests.policies.samples import STACK, UNKNOWN_TEXT, Props, options, output, resource

VPC = "aws:ec2/vpc:Vpc"
FLOW_LOG = "aws:ec2/flowLog:FlowLog"
CONFIGURATION = "aws:amp/workspaceConfiguration:WorkspaceConfiguration"
DATA_PLANE = "planewatch:components:DataPlane"
NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"

ACCOUNT = "123456789012"
KEY_ARN = f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/1a2b"
CONTROL = f"planewatch-{STACK}-control"
TAGS = {
    "owner": "platform-team",
    "cost-center": "observability",
    "planewatch:stack": STACK,
    "planewatch:release": "1.0.0",
}
OF_DEV = {**TAGS, "environment": "dev", "data_plane_id": "dev"}


def _without(props: Mapping[str, Any]) -> Props:
    return {key: value for key, value in props.items() if value is not None}


def cluster(**changes: Any) -> Props:
    """A cluster that every policy accepts, with changes; None removes a property. So with all that follow."""
    return _without(
        {
            "name": f"planewatch-{STACK}",
            "version": "1.34",
            "vpcConfig": {"endpointPrivateAccess": True, "endpointPublicAccess": False},
            "accessConfig": {"authenticationMode": "API"},
            "encryptionConfig": {"provider": {"keyArn": KEY_ARN}, "resources": ["secrets"]},
            "enabledClusterLogTypes": ["api", "audit", "authenticator", "controllerManager", "scheduler"],
            "deletionProtection": True,
            **changes,
        }
    )


def network(**changes: Any) -> Props:
    """A cluster with a changed network configuration."""
    return cluster(vpcConfig=_without({"endpointPrivateAccess": True, "endpointPublicAccess": True, **changes}))


def template(**changes: Any) -> Props:
    tags = {key: value for key, value in TAGS.items() if key != "planewatch:release"}
    kinds = ("instance", "network-interface", "volume")
    return _without(
        {
            "metadataOptions": {"httpEndpoint": "enabled", "httpTokens": "required", "httpPutResponseHopLimit": 1.0},
            "blockDeviceMappings": [{"deviceName": "/dev/xvda", "ebs": {"encrypted": "true"}}],
            "tagSpecifications": [{"resourceType": kind, "tags": tags} for kind in kinds],
            **changes,
        }
    )


def node_group(**changes: Any) -> Props:
    return _without({"amiType": "BOTTLEROCKET_ARM_64", "launchTemplate": {"id": UNKNOWN_TEXT}, **changes})


def log_group(**changes: Any) -> Props:
    logs = f"/aws/eks/planewatch-{STACK}/cluster"
    return _without({"name": logs, "kmsKeyId": KEY_ARN, "retentionInDays": 90.0, "skipDestroy": True, **changes})


def key(**changes: Any) -> Props:
    return _without({"enableKeyRotation": True, "deletionWindowInDays": 30.0, **changes})


def repository(**changes: Any) -> Props:
    return _without(
        {
            "imageTagMutability": "IMMUTABLE",
            "imageScanningConfiguration": {"scanOnPush": True},
            "encryptionConfigurations": [{"encryptionType": "KMS", "kmsKey": KEY_ARN}],
            **changes,
        }
    )


def document(*statements: Props) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def statement(**members: Any) -> Props:
    return {"Sid": "Sample", "Effect": "Allow", **members}


def policy(**members: Any) -> Props:
    """An inline policy with one statement."""
    return {"policy": document(statement(**members))}


def trust(service: str = "eks.amazonaws.com", **members: Any) -> Props:
    """A role that a service takes, for this account only unless `Condition` says otherwise."""
    ours = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    said = {"Principal": {"Service": service}, "Action": "sts:AssumeRole", "Condition": ours, **members}
    return {"assumeRolePolicy": document(statement(**said))}


def pod_trust(namespace: str, account: str) -> Props:
    tags = {"aws:RequestTag/kubernetes-namespace": namespace, "aws:RequestTag/kubernetes-service-account": account}
    return trust("pods.eks.amazonaws.com", Condition={"StringEquals": tags})


def guarded(props: Props, kind: str) -> ResourceValidationArgs:
    """Arguments of a resource policy about a resource that is protected."""
    args = resource(props, kind)
    args.opts = _options(protect=True)
    return args


def _options(*, protect: bool) -> PolicyResourceOptions:
    found = options()
    found.protect = protect
    return found


def made(
    kind: str,
    name: str,
    props: Props | None = None,
    *,
    tags: Any = TAGS,
    parent: PolicyResource | None = None,
    **needs: PolicyResource | Sequence[PolicyResource],
) -> PolicyResource:
    """The outputs of a resource; `needs` says which resources a property comes from."""
    tagged = {} if tags is None else {"tagsAll": tags}
    found = output(kind, name, {**tagged, **(props or {})})
    found.parent = parent
    found.property_dependencies = {
        key: [one] if isinstance(one, PolicyResource) else list(one) for key, one in needs.items()
    }
    return found


def plane(name: str) -> PolicyResource:
    return made(DATA_PLANE, name, tags=None)


def pod_role(name: str, namespace: str, **changes: Any) -> list[PolicyResource]:
    """A role for one service account, and the association that gives it."""
    role = made(ROLE, name, {**pod_trust(namespace, name), **changes})
    given = made(ASSOCIATION, name, {"namespace": namespace, "serviceAccount": name}, roleArn=role)
    return [role, given]


def writer(role: PolicyResource, workspace: PolicyResource, target: str = UNKNOWN_TEXT) -> PolicyResource:
    """An inline policy of a role that writes to a workspace; its document is unknown unless `target` says an ARN."""
    unknown = target == UNKNOWN_TEXT
    props = {"policy": UNKNOWN_TEXT} if unknown else policy(Action="aps:RemoteWrite", Resource=target)
    return made(ROLE_POLICY, role.name, props, tags=None, role=role, policy=workspace)
