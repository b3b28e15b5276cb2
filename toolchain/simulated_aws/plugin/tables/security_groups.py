"""Security groups and their rules."""

from toolchain.simulated_aws.plugin.rows import Call, Change, Each, Read, Row
from toolchain.simulated_aws.plugin.tables.tagging import EC2

_ARN = "arn:{partition}:ec2:{region}:{account}:"
_GONE = ("InvalidPermission.NotFound", "InvalidGroup.NotFound")
_LOOK = Read(Call("describe_security_groups", {"GroupIds": ["{id}"]}), "SecurityGroups[0]", {"name": "GroupName"})


def _rules(way: str) -> Each:
    return Each(
        way,
        Call(f"authorize_security_group_{way}", {"GroupId": "{id}", "IpPermissions": ["{entry_permission}"]}),
        Call(
            f"revoke_security_group_{way}",
            {"GroupId": "{id}", "IpPermissions": ["{entry_permission}"]},
            fine=_GONE,
        ),
        send=False,
    )


def _rule(kind: str) -> Row:
    way = kind.lower()
    return Row(
        urn_type=f"aws:vpc/securityGroup{kind}Rule:SecurityGroup{kind}Rule",
        service="ec2",
        create=Call(
            f"authorize_security_group_{way}", {"GroupId": "{securityGroupId}", "IpPermissions": ["{permission}"]}
        ),
        identity="SecurityGroupRules[0].SecurityGroupRuleId",
        read=Read(
            Call("describe_security_group_rules", {"SecurityGroupRuleIds": ["{id}"]}),
            "SecurityGroupRules[0]",
            {"securityGroupId": "GroupId", "referencedSecurityGroupId": "ReferencedGroupInfo.GroupId"},
        ),
        changes=(
            Change(
                (
                    "ipProtocol",
                    "fromPort",
                    "toPort",
                    "cidrIpv4",
                    "cidrIpv6",
                    "prefixListId",
                    "referencedSecurityGroupId",
                    "description",
                ),
                Call(
                    "modify_security_group_rules",
                    {
                        "GroupId": "{securityGroupId}",
                        "SecurityGroupRules": [{"SecurityGroupRuleId": "{id}", "SecurityGroupRule": "{rule_request}"}],
                    },
                ),
                send=False,
            ),
        ),
        delete=Call(f"revoke_security_group_{way}", {"GroupId": "{securityGroupId}", "SecurityGroupRuleIds": ["{id}"]}),
        force_new=frozenset({"securityGroupId"}),
        tags=EC2,
        made={"arn": _ARN + "security-group-rule/{id}", "securityGroupRuleId": "{id}"},
        missing=("InvalidSecurityGroupRuleId.NotFound", *_GONE),
        hooks=("security_group_rule",),
        one_of=(("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"),),
    )


ROWS = (
    Row(
        urn_type="aws:ec2/securityGroup:SecurityGroup",
        service="ec2",
        create=Call("create_security_group"),
        identity="GroupId",
        read=_LOOK,
        each=(_rules("ingress"), _rules("egress")),
        delete=Call("delete_security_group", {"GroupId": "{id}"}),
        shape_names={"name": "GroupName"},
        force_new=frozenset({"description", "vpcId"}),
        defaults={"description": "Managed by Pulumi"},
        autoname="name",
        tags=EC2,
        made={"arn": _ARN + "security-group/{id}"},
        missing=("InvalidGroup.NotFound",),
        local=frozenset({"revokeRulesOnDelete"}),
        hooks=("security_group",),
    ),
    Row(
        # Every VPC has one; it is taken over and emptied, and stays when the resource goes.
        urn_type="aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
        service="ec2",
        create=None,
        identity="{default_group}",
        read=_LOOK,
        each=(_rules("ingress"), _rules("egress")),
        delete=None,
        force_new=frozenset({"vpcId"}),
        tags=EC2,
        made={"arn": _ARN + "security-group/{id}"},
        missing=("InvalidGroup.NotFound",),
        local=frozenset({"revokeRulesOnDelete", "vpcId"}),
        hooks=("security_group", "default_group"),
    ),
    _rule("Ingress"),
    _rule("Egress"),
)
