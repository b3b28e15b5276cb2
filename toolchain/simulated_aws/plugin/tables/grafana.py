"""Amazon Managed Grafana."""

from toolchain.simulated_aws.plugin.rows import Call, Change, Read, Row, Wait
from toolchain.simulated_aws.plugin.tables.tagging import BY_ARN

_GONE = ("ResourceNotFoundException",)
_WORKSPACE = {"workspaceId": "{id}"}
_FAILED = ("CREATION_FAILED", "FAILED", "UPDATE_FAILED", "UPGRADE_FAILED", "VERSION_UPDATE_FAILED")

ROWS = (
    Row(
        urn_type="aws:grafana/workspace:Workspace",
        service="grafana",
        create=Call("create_workspace"),
        identity="workspace.id",
        read=Read(
            Call("describe_workspace", _WORKSPACE),
            "workspace",
            {
                "authenticationProviders": "authentication.providers",
                "samlConfigurationStatus": "authentication.samlConfigurationStatus",
            },
        ),
        more=(
            Read(
                Call("describe_workspace_configuration", _WORKSPACE),
                picks={"configuration": "configuration"},
                matches=False,
            ),
        ),
        changes=(
            Change(
                (
                    "accountAccessType",
                    "dataSources",
                    "description",
                    "name",
                    "notificationDestinations",
                    "organizationRoleName",
                    "organizationalUnits",
                    "permissionType",
                    "roleArn",
                    "stackSetName",
                ),
                Call("update_workspace", _WORKSPACE),
            ),
            Change(
                ("vpcConfiguration",),
                Call("update_workspace", _WORKSPACE),
                clear=Call("update_workspace", {**_WORKSPACE, "removeVpcConfiguration": True}),
            ),
            Change(
                ("networkAccessControl",),
                Call("update_workspace", _WORKSPACE),
                clear=Call("update_workspace", {**_WORKSPACE, "removeNetworkAccessConfiguration": True}),
            ),
            Change(("authenticationProviders",), Call("update_workspace_authentication", _WORKSPACE)),
            # The service takes a version together with the configuration only.
            Change(("configuration", "grafanaVersion"), Call("update_workspace_configuration", _WORKSPACE)),
        ),
        delete=Call("delete_workspace", _WORKSPACE),
        shape_names={
            "dataSources": "workspaceDataSources|dataSources",
            "description": "workspaceDescription|description",
            "name": "workspaceName|name",
            "notificationDestinations": "workspaceNotificationDestinations|notificationDestinations",
            "organizationalUnits": "workspaceOrganizationalUnits|organizationalUnits",
            "roleArn": "workspaceRoleArn",
        },
        force_new=frozenset({"kmsKeyId"}),
        autoname="name",
        tags=BY_ARN,
        made={"arn": "arn:{partition}:grafana:{region}:{account}:/workspaces/{id}"},
        wait=Wait("status", ("ACTIVE",), _FAILED),
        missing=_GONE,
        hooks=("grafana",),
    ),
)
