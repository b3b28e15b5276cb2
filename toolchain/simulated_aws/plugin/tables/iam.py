"""Roles, policies and what attaches them."""

from toolchain.simulated_aws.plugin.rows import Call, Change, Each, Read, Row
from toolchain.simulated_aws.plugin.tables import tagging

_GONE = ("NoSuchEntity",)
ROWS = (
    Row(
        urn_type="aws:iam/role:Role",
        service="iam",
        create=Call("create_role"),
        identity="Role.RoleName",
        read=Read(
            Call("get_role", {"RoleName": "{id}"}),
            "Role",
            {"permissionsBoundary": "PermissionsBoundary.PermissionsBoundaryArn", "uniqueId": "RoleId"},
        ),
        more=(
            Read(
                Call("list_attached_role_policies", {"RoleName": "{id}"}),
                picks={"managedPolicyArns": "AttachedPolicies[].PolicyArn"},
                matches=False,
            ),
        ),
        changes=(
            Change(("assumeRolePolicy",), Call("update_assume_role_policy", {"RoleName": "{id}"})),
            Change(("description", "maxSessionDuration"), Call("update_role", {"RoleName": "{id}"})),
            Change(
                ("permissionsBoundary",),
                Call("put_role_permissions_boundary", {"RoleName": "{id}"}),
                clear=Call("delete_role_permissions_boundary", {"RoleName": "{id}"}),
            ),
        ),
        each=(
            Each(
                "managedPolicyArns",
                Call("attach_role_policy", {"RoleName": "{id}", "PolicyArn": "{entry}"}),
                Call("detach_role_policy", {"RoleName": "{id}", "PolicyArn": "{entry}"}, fine=_GONE),
                send=False,
            ),
        ),
        delete=Call("delete_role", {"RoleName": "{id}"}),
        shape_names={
            "name": "RoleName",
            "assumeRolePolicy": "AssumeRolePolicyDocument|PolicyDocument",
        },
        force_new=frozenset({"path"}),
        defaults={"path": "/", "maxSessionDuration": 3600},
        autoname="name",
        tags=tagging.iam("role", "RoleName", "{id}"),
        missing=_GONE,
        local=frozenset({"forceDetachPolicies"}),
        hooks=("role",),
    ),
    Row(
        urn_type="aws:iam/policy:Policy",
        service="iam",
        create=Call("create_policy"),
        identity="Policy.Arn",
        read=Read(Call("get_policy", {"PolicyArn": "{id}"}), "Policy"),
        more=(
            Read(
                Call("get_policy_version", {"PolicyArn": "{id}", "VersionId": "{live_DefaultVersionId}"}),
                picks={"policy": "PolicyVersion.Document"},
                matches=False,
            ),
        ),
        changes=(Change(("policy",), Call("create_policy_version", {"PolicyArn": "{id}", "SetAsDefault": True})),),
        delete=Call("delete_policy", {"PolicyArn": "{id}"}),
        shape_names={"name": "PolicyName", "policy": "PolicyDocument"},
        force_new=frozenset({"path", "description"}),
        defaults={"path": "/"},
        autoname="name",
        tags=tagging.iam("policy", "PolicyArn", "{id}"),
        missing=_GONE,
        local=frozenset({"delayAfterPolicyCreationInMs"}),
        hooks=("policy_versions",),
    ),
    Row(
        urn_type="aws:iam/rolePolicy:RolePolicy",
        service="iam",
        create=Call("put_role_policy"),
        parts=("role", "name"),
        read=Read(Call("get_role_policy", {"RoleName": "{role}", "PolicyName": "{name}"})),
        changes=(Change(("policy",), Call("put_role_policy", {"RoleName": "{role}", "PolicyName": "{name}"})),),
        delete=Call("delete_role_policy", {"RoleName": "{role}", "PolicyName": "{name}"}),
        shape_names={"role": "RoleName", "name": "PolicyName", "policy": "PolicyDocument"},
        force_new=frozenset({"role"}),
        autoname="name",
        missing=_GONE,
    ),
    Row(
        urn_type="aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        service="iam",
        create=Call("attach_role_policy"),
        parts=("role", "policyArn"),
        separator="/",
        read=Read(
            Call("list_attached_role_policies", {"RoleName": "{role}"}),
            "AttachedPolicies[?PolicyArn=='{policyArn}'] | [0]",
        ),
        delete=Call("detach_role_policy", {"RoleName": "{role}", "PolicyArn": "{policyArn}"}),
        shape_names={"role": "RoleName"},
        force_new=frozenset({"role", "policyArn"}),
        missing=_GONE,
    ),
    Row(
        urn_type="aws:iam/openIdConnectProvider:OpenIdConnectProvider",
        service="iam",
        create=Call("create_open_id_connect_provider"),
        identity="OpenIDConnectProviderArn",
        read=Read(
            Call("get_open_id_connect_provider", {"OpenIDConnectProviderArn": "{id}"}),
            picks={"url": "join('', ['https://', Url])"},
        ),
        changes=(
            Change(
                ("thumbprintLists",),
                Call("update_open_id_connect_provider_thumbprint", {"OpenIDConnectProviderArn": "{id}"}),
            ),
        ),
        each=(
            Each(
                "clientIdLists",
                Call(
                    "add_client_id_to_open_id_connect_provider",
                    {"OpenIDConnectProviderArn": "{id}", "ClientID": "{entry}"},
                ),
                Call(
                    "remove_client_id_from_open_id_connect_provider",
                    {"OpenIDConnectProviderArn": "{id}", "ClientID": "{entry}"},
                ),
                send=False,
            ),
        ),
        delete=Call("delete_open_id_connect_provider", {"OpenIDConnectProviderArn": "{id}"}),
        force_new=frozenset({"url"}),
        tags=tagging.iam("open_id_connect_provider", "OpenIDConnectProviderArn", "{id}"),
        made={"arn": "{id}"},
        missing=_GONE,
    ),
    Row(
        urn_type="aws:iam/instanceProfile:InstanceProfile",
        service="iam",
        create=Call("create_instance_profile"),
        identity="InstanceProfile.InstanceProfileName",
        read=Read(
            Call("get_instance_profile", {"InstanceProfileName": "{id}"}),
            "InstanceProfile",
            {"role": "Roles[0].RoleName", "uniqueId": "InstanceProfileId"},
        ),
        changes=(
            Change(
                ("role",),
                Call("add_role_to_instance_profile", {"InstanceProfileName": "{id}", "RoleName": "{role}"}),
                on_create=True,
                send=False,
                clear=Call(
                    "remove_role_from_instance_profile",
                    {"InstanceProfileName": "{id}", "RoleName": "{old_role}"},
                    fine=_GONE,
                ),
            ),
        ),
        before_delete=(
            Call(
                "remove_role_from_instance_profile", {"InstanceProfileName": "{id}", "RoleName": "{role}"}, fine=_GONE
            ),
        ),
        delete=Call("delete_instance_profile", {"InstanceProfileName": "{id}"}),
        shape_names={"name": "InstanceProfileName"},
        force_new=frozenset({"path"}),
        defaults={"path": "/"},
        autoname="name",
        tags=tagging.iam("instance_profile", "InstanceProfileName", "{id}"),
        missing=_GONE,
    ),
)
