"""How each service takes tags."""

from toolchain.simulated_aws.plugin.rows import Call, Tags

EC2 = Tags(
    create="TagSpecifications",
    put="create_tags",
    remove="delete_tags",
    remove_keys="Tags",
    identity={"Resources": ["{id}"]},
)
# EKS, Managed Prometheus and Managed Grafana take maps and answer with them.
BY_ARN = Tags(create="tags", put_tags="tags", remove_keys="tagKeys", identity={"resourceArn": "{arn}"}, read="tags")
KMS = Tags(
    identity={"KeyId": "{keyId}"},
    read_call=Call("list_resource_tags", {"KeyId": "{keyId}"}),
    key="TagKey",
    value="TagValue",
)
SNS = Tags(read_call=Call("list_tags_for_resource", {"ResourceArn": "{arn}"}))
LOGS = Tags(
    create="tags",
    put_tags="tags",
    remove_keys="tagKeys",
    identity={"resourceArn": "{arn}"},
    read="tags",
    read_call=Call("list_tags_for_resource", {"resourceArn": "{arn}"}),
)
SECRETS = Tags(identity={"SecretId": "{id}"})
ECR = Tags(
    create="tags",
    put_tags="tags",
    remove_keys="tagKeys",
    identity={"resourceArn": "{arn}"},
    read="tags",
    read_call=Call("list_tags_for_resource", {"resourceArn": "{arn}"}),
)
S3 = Tags(
    create="",
    put="put_bucket_tagging",
    put_tags="Tagging.TagSet",
    remove="delete_bucket_tagging",
    remove_keys="",
    identity={"Bucket": "{bucket}"},
    read="TagSet",
    read_call=Call("get_bucket_tagging", {"Bucket": "{bucket}"}, fine=("NoSuchTagSet",)),
)
BUDGETS = Tags(
    create="ResourceTags",
    put_tags="ResourceTags",
    remove_keys="ResourceTagKeys",
    identity={"ResourceARN": "{arn}"},
    read="ResourceTags",
    read_call=Call("list_tags_for_resource", {"ResourceARN": "{arn}"}),
)


def iam(kind: str, member: str, value: str) -> Tags:
    """Tags of one kind of IAM resource."""
    return Tags(
        put=f"tag_{kind}",
        remove=f"untag_{kind}",
        identity={member: value},
    )
