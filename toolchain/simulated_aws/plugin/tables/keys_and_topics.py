"""KMS keys, SNS topics and log groups."""

from toolchain.simulated_aws.plugin.rows import Call, Change, Read, Row
from toolchain.simulated_aws.plugin.tables import tagging


def _topic_attribute(prop: str, name: str) -> Change:
    return Change(
        (prop,),
        Call("set_topic_attributes", {"TopicArn": "{id}", "AttributeName": name, "AttributeValue": f"{{{prop}}}"}),
        on_create=True,
        send=False,
        # A policy that is left out stays: the service always has one.
        clear=None
        if prop == "policy"
        else Call("set_topic_attributes", {"TopicArn": "{id}", "AttributeName": name, "AttributeValue": ""}),
    )


def _subscription_attribute(prop: str, name: str) -> Change:
    return Change(
        (prop,),
        Call(
            "set_subscription_attributes",
            {"SubscriptionArn": "{id}", "AttributeName": name, "AttributeValue": f"{{text_{prop}}}"},
        ),
        on_create=True,
        send=False,
    )


ROWS = (
    Row(
        urn_type="aws:kms/key:Key",
        service="kms",
        create=Call("create_key"),
        identity="KeyMetadata.KeyId",
        read=Read(
            Call("describe_key", {"KeyId": "{id}"}),
            "[KeyMetadata][?KeyState!='PendingDeletion'] | [0]",
            {"isEnabled": "Enabled", "customerMasterKeySpec": "KeySpec"},
        ),
        more=(
            Read(
                Call("get_key_policy", {"KeyId": "{id}", "PolicyName": "default"}),
                picks={"policy": "Policy"},
                matches=False,
            ),
            Read(
                Call("get_key_rotation_status", {"KeyId": "{id}"}, fine=("UnsupportedOperationException",)),
                picks={"enableKeyRotation": "KeyRotationEnabled", "rotationPeriodInDays": "RotationPeriodInDays"},
                matches=False,
            ),
        ),
        changes=(
            Change(("description",), Call("update_key_description", {"KeyId": "{id}"})),
            Change(
                ("policy",),
                Call(
                    "put_key_policy",
                    {
                        "KeyId": "{id}",
                        "PolicyName": "default",
                        "BypassPolicyLockoutSafetyCheck": "{bypassPolicyLockoutSafetyCheck}",
                    },
                ),
            ),
            Change(
                ("isEnabled",),
                Call("enable_key", {"KeyId": "{id}"}),
                on_create=True,
                send=False,
                clear=Call("disable_key", {"KeyId": "{id}"}),
            ),
            Change(
                ("enableKeyRotation", "rotationPeriodInDays"),
                Call("enable_key_rotation", {"KeyId": "{id}", "RotationPeriodInDays": "{rotationPeriodInDays}"}),
                on_create=True,
                send=False,
                clear=Call("disable_key_rotation", {"KeyId": "{id}"}),
            ),
        ),
        delete=Call("schedule_key_deletion", {"KeyId": "{id}", "PendingWindowInDays": "{deletionWindowInDays}"}),
        shape_names={"customerMasterKeySpec": "KeySpec"},
        force_new=frozenset({"customerMasterKeySpec", "keyUsage", "multiRegion", "customKeyStoreId", "xksKeyId"}),
        defaults={"customerMasterKeySpec": "SYMMETRIC_DEFAULT", "isEnabled": True, "keyUsage": "ENCRYPT_DECRYPT"},
        tags=tagging.KMS,
        missing=("NotFoundException",),
        local=frozenset({"bypassPolicyLockoutSafetyCheck", "deletionWindowInDays"}),
        hooks=("key",),
    ),
    Row(
        urn_type="aws:kms/alias:Alias",
        service="kms",
        create=Call("create_alias"),
        identity="{name}",
        read=Read(Call("list_aliases"), "Aliases[?AliasName=='{id}'] | [0]", {"arn": "AliasArn"}),
        changes=(Change(("targetKeyId",), Call("update_alias", {"AliasName": "{id}"})),),
        delete=Call("delete_alias", {"AliasName": "{id}"}),
        shape_names={"name": "AliasName"},
        autoname="name",
        autoname_prefix="alias/",
        made={"targetKeyArn": "arn:{partition}:kms:{region}:{account}:key/{live_TargetKeyId}"},
        missing=("NotFoundException",),
    ),
    Row(
        urn_type="aws:sns/topic:Topic",
        service="sns",
        create=Call("create_topic", {"Attributes": "{fifo_attributes}"}),
        identity="TopicArn",
        read=Read(Call("get_topic_attributes", {"TopicArn": "{id}"}), "Attributes"),
        changes=tuple(
            _topic_attribute(prop, name)
            for prop, name in (
                ("displayName", "DisplayName"),
                ("policy", "Policy"),
                ("deliveryPolicy", "DeliveryPolicy"),
                ("kmsMasterKeyId", "KmsMasterKeyId"),
                ("signatureVersion", "SignatureVersion"),
                ("tracingConfig", "TracingConfig"),
                ("contentBasedDeduplication", "ContentBasedDeduplication"),
            )
        ),
        delete=Call("delete_topic", {"TopicArn": "{id}"}),
        force_new=frozenset({"fifoTopic"}),
        autoname="name",
        tags=tagging.SNS,
        made={"name": "{id_last}", "arn": "{id}"},
        missing=("NotFound", "NotFoundException"),
        local=frozenset({"fifoTopic"}),
        hooks=("topic",),
    ),
    Row(
        urn_type="aws:sns/topicPolicy:TopicPolicy",
        service="sns",
        create=Call(
            "set_topic_attributes", {"TopicArn": "{arn}", "AttributeName": "Policy", "AttributeValue": "{policy}"}
        ),
        identity="{arn}",
        import_parts=("arn",),
        read=Read(Call("get_topic_attributes", {"TopicArn": "{id}"}), "Attributes"),
        changes=(
            Change(
                ("policy",),
                Call(
                    "set_topic_attributes",
                    {"TopicArn": "{id}", "AttributeName": "Policy", "AttributeValue": "{policy}"},
                ),
                send=False,
            ),
        ),
        # Back to the policy that a new topic has.
        delete=Call(
            "set_topic_attributes",
            {"TopicArn": "{id}", "AttributeName": "Policy", "AttributeValue": "{default_topic_policy}"},
        ),
        force_new=frozenset({"arn"}),
        made={"arn": "{id}"},
        missing=("NotFound", "NotFoundException"),
        hooks=("topic",),
    ),
    Row(
        urn_type="aws:sns/topicSubscription:TopicSubscription",
        service="sns",
        create=Call("subscribe", {"TopicArn": "{topic}", "ReturnSubscriptionArn": True}),
        identity="SubscriptionArn",
        read=Read(
            Call("get_subscription_attributes", {"SubscriptionArn": "{id}"}),
            "Attributes",
            {"topic": "TopicArn", "ownerId": "Owner"},
        ),
        changes=tuple(
            _subscription_attribute(prop, name)
            for prop, name in (
                ("filterPolicy", "FilterPolicy"),
                ("filterPolicyScope", "FilterPolicyScope"),
                ("rawMessageDelivery", "RawMessageDelivery"),
                ("redrivePolicy", "RedrivePolicy"),
                ("deliveryPolicy", "DeliveryPolicy"),
            )
        ),
        delete=Call("unsubscribe", {"SubscriptionArn": "{id}"}),
        force_new=frozenset({"topic", "protocol", "endpoint"}),
        defaults={"confirmationTimeoutInMinutes": 1},
        made={"arn": "{id}"},
        missing=("NotFound", "NotFoundException"),
        local=frozenset({"confirmationTimeoutInMinutes", "endpointAutoConfirms"}),
    ),
    Row(
        urn_type="aws:cloudwatch/logGroup:LogGroup",
        service="logs",
        create=Call("create_log_group"),
        identity="{name}",
        read=Read(
            Call("describe_log_groups", {"logGroupNamePrefix": "{id}"}),
            "logGroups[?logGroupName=='{id}'] | [0]",
        ),
        changes=(
            Change(
                ("retentionInDays",),
                Call("put_retention_policy", {"logGroupName": "{id}"}),
                on_create=True,
                clear=Call("delete_retention_policy", {"logGroupName": "{id}"}),
            ),
            Change(
                ("kmsKeyId",),
                Call("associate_kms_key", {"logGroupName": "{id}"}),
                clear=Call("disassociate_kms_key", {"logGroupName": "{id}"}),
            ),
        ),
        delete=Call("delete_log_group", {"logGroupName": "{id}"}),
        shape_names={"name": "logGroupName"},
        force_new=frozenset({"logGroupClass"}),
        autoname="name",
        tags=tagging.LOGS,
        made={"arn": "arn:{partition}:logs:{region}:{account}:log-group:{id}"},
        missing=("ResourceNotFoundException",),
        local=frozenset({"skipDestroy"}),
        hooks=("retention",),
    ),
)
