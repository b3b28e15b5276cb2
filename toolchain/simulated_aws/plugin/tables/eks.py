"""Clusters and what belongs to them."""

from dataclasses import replace

from toolchain.simulated_aws.plugin.rows import Call, Change, Read, Row, Wait
from toolchain.simulated_aws.plugin.tables.tagging import BY_ARN

_GONE = ("ResourceNotFoundException",)
_FAILED = ("CREATE_FAILED", "UPDATE_FAILED", "DEGRADED", "FAILED")


def _config(*properties: str) -> Change:
    return Change(properties, Call("update_cluster_config", {"name": "{id}"}))


_CLUSTER = Row(
    urn_type="aws:eks/cluster:Cluster",
    service="eks",
    create=Call("create_cluster", {"logging": "{logging}"}),
    identity="cluster.name",
    read=Read(
        Call("describe_cluster", {"name": "{id}"}),
        "cluster",
        {"enabledClusterLogTypes": "logging.clusterLogging[?enabled].types[]"},
    ),
    changes=(
        Change(("version",), Call("update_cluster_version", {"name": "{id}", "force": "{forceUpdateVersion}"})),
        Change(
            ("enabledClusterLogTypes",),
            Call("update_cluster_config", {"name": "{id}", "logging": "{logging}"}),
            send=False,
        ),
        _config("vpcConfig"),
        _config("accessConfig"),
        _config("upgradePolicy"),
        _config("zonalShiftConfig"),
        _config("deletionProtection"),
        _config("remoteNetworkConfig"),
        # Auto Mode: the service takes these three together only.
        _config("computeConfig", "kubernetesNetworkConfig", "storageConfig"),
        Change(("encryptionConfig",), Call("associate_encryption_config", {"clusterName": "{id}"})),
    ),
    delete=Call("delete_cluster", {"name": "{id}"}),
    shape_names={"vpcConfig": "resourcesVpcConfig", "identities": "identity"},
    force_new=frozenset(
        {
            "roleArn",
            "bootstrapSelfManagedAddons",
            "outpostConfig",
            "accessConfig.bootstrapClusterCreatorAdminPermissions",
            "kubernetesNetworkConfig.ipFamily",
            "kubernetesNetworkConfig.serviceIpv4Cidr",
        }
    ),
    defaults={"bootstrapSelfManagedAddons": True},
    autoname="name",
    tags=BY_ARN,
    wait=Wait("status", ("ACTIVE",), ("FAILED",)),
    missing=_GONE,
    local=frozenset({"forceUpdateVersion", "defaultAddonsToRemoves", "enabledClusterLogTypes"}),
    hooks=("cluster",),
)
_NODE_GROUP = Row(
    urn_type="aws:eks/nodeGroup:NodeGroup",
    service="eks",
    create=Call("create_nodegroup"),
    parts=("clusterName", "nodeGroupName"),
    read=Read(
        Call("describe_nodegroup", {"clusterName": "{clusterName}", "nodegroupName": "{nodeGroupName}"}),
        "nodegroup",
        {"arn": "nodegroupArn", "resources": "[resources]"},
    ),
    changes=(
        Change(
            ("scalingConfig", "updateConfig", "nodeRepairConfig"),
            Call("update_nodegroup_config", {"clusterName": "{clusterName}", "nodegroupName": "{nodeGroupName}"}),
        ),
        Change(
            ("labels", "taints"),
            Call(
                "update_nodegroup_config",
                {
                    "clusterName": "{clusterName}",
                    "nodegroupName": "{nodeGroupName}",
                    "labels": "{label_changes}",
                    "taints": "{taint_changes}",
                },
            ),
            send=False,
        ),
        Change(
            ("version", "releaseVersion", "launchTemplate"),
            Call(
                "update_nodegroup_version",
                {
                    "clusterName": "{clusterName}",
                    "nodegroupName": "{nodeGroupName}",
                    "force": "{forceUpdateVersion}",
                },
            ),
        ),
    ),
    delete=Call("delete_nodegroup", {"clusterName": "{clusterName}", "nodegroupName": "{nodeGroupName}"}),
    shape_names={"nodeRoleArn": "nodeRole", "subnetIds": "subnets"},
    force_new=frozenset(
        {
            "amiType",
            "capacityType",
            "clusterName",
            "diskSize",
            "instanceTypes",
            "nodeRoleArn",
            "remoteAccess",
            "subnetIds",
        }
    ),
    autoname="nodeGroupName",
    tags=BY_ARN,
    wait=Wait("status", ("ACTIVE",), _FAILED),
    missing=_GONE,
    local=frozenset({"forceUpdateVersion"}),
    hooks=("node_group",),
)
_ADDON_ID = {"clusterName": "{clusterName}", "addonName": "{addonName}"}
_ADDON = Row(
    urn_type="aws:eks/addon:Addon",
    service="eks",
    create=Call("create_addon", {"resolveConflicts": "{resolveConflictsOnCreate}"}),
    parts=("clusterName", "addonName"),
    read=Read(Call("describe_addon", _ADDON_ID), "addon", {"arn": "addonArn"}),
    changes=(
        Change(
            ("addonVersion", "configurationValues", "serviceAccountRoleArn", "podIdentityAssociations"),
            Call("update_addon", {**_ADDON_ID, "resolveConflicts": "{resolveConflictsOnUpdate}"}),
        ),
    ),
    delete=Call("delete_addon", {**_ADDON_ID, "preserve": "{preserve}"}),
    shape_names={"podIdentityAssociations": "podIdentityAssociations"},
    force_new=frozenset({"clusterName", "addonName", "namespaceConfig"}),
    tags=BY_ARN,
    wait=Wait("status", ("ACTIVE",), ("CREATE_FAILED", "UPDATE_FAILED", "DEGRADED"), "health.issues[0].message"),
    missing=_GONE,
    local=frozenset({"preserve", "resolveConflictsOnCreate", "resolveConflictsOnUpdate"}),
    hooks=("addon",),
)
_ENTRY_ID = {"clusterName": "{clusterName}", "principalArn": "{principalArn}"}
_ENTRY = Row(
    urn_type="aws:eks/accessEntry:AccessEntry",
    service="eks",
    create=Call("create_access_entry"),
    parts=("clusterName", "principalArn"),
    read=Read(Call("describe_access_entry", _ENTRY_ID), "accessEntry"),
    changes=(Change(("kubernetesGroups", "userName"), Call("update_access_entry", _ENTRY_ID)),),
    delete=Call("delete_access_entry", _ENTRY_ID),
    force_new=frozenset({"clusterName", "principalArn", "type"}),
    defaults={"type": "STANDARD"},
    tags=replace(BY_ARN, identity={"resourceArn": "{accessEntryArn}"}),
    missing=_GONE,
)
_POLICY = Row(
    urn_type="aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
    service="eks",
    create=Call("associate_access_policy"),
    parts=("clusterName", "principalArn", "policyArn"),
    separator="#",
    read=Read(
        Call("list_associated_access_policies", _ENTRY_ID),
        "associatedAccessPolicies[?policyArn=='{policyArn}'] | [0]",
    ),
    delete=Call("disassociate_access_policy", {**_ENTRY_ID, "policyArn": "{policyArn}"}),
    force_new=frozenset({"clusterName", "principalArn", "policyArn", "accessScope"}),
    missing=_GONE,
    delete_first=True,
)
_POD_ID = {"clusterName": "{clusterName}", "associationId": "{associationId}"}
_POD_IDENTITY = Row(
    urn_type="aws:eks/podIdentityAssociation:PodIdentityAssociation",
    service="eks",
    create=Call("create_pod_identity_association"),
    identity="association.associationId",
    import_parts=("clusterName", "associationId"),
    separator=",",
    found="{associationId}",
    read=Read(Call("describe_pod_identity_association", _POD_ID), "association"),
    changes=(
        Change(
            ("roleArn", "disableSessionTags", "targetRoleArn", "policy"),
            Call("update_pod_identity_association", _POD_ID),
        ),
    ),
    delete=Call("delete_pod_identity_association", _POD_ID),
    force_new=frozenset({"clusterName", "namespace", "serviceAccount"}),
    tags=replace(BY_ARN, identity={"resourceArn": "{associationArn}"}),
    missing=_GONE,
    delete_first=True,
)
ROWS = (_CLUSTER, _NODE_GROUP, _ADDON, _ENTRY, _POLICY, _POD_IDENTITY)
