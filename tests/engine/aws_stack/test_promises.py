"""What holds for everything that a stack makes on AWS, asked of the API after it was made."""

from tests.engine.aws_stack.harness import AwsHalf

NAME = "planewatch-half"
STANDING = {"planewatch:stack": "half", "owner": "platform-team", "cost-center": "observability"}


def _tags(entry: dict[str, list[dict[str, str]]]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in entry["Tags"]}


def test_the_cluster_is_private_encrypted_and_logged(half: AwsHalf) -> None:
    cluster = half.aws.client("eks").describe_cluster(name=NAME)["cluster"]
    assert cluster["resourcesVpcConfig"]["endpointPrivateAccess"] is True
    assert cluster["resourcesVpcConfig"]["endpointPublicAccess"] is False
    (encrypted,) = cluster["encryptionConfig"]
    assert encrypted["resources"] == ["secrets"]
    assert ":key/" in encrypted["provider"]["keyArn"]
    (logging,) = [entry for entry in cluster["logging"]["clusterLogging"] if entry["enabled"]]
    assert set(logging["types"]) == {"api", "audit", "authenticator", "controllerManager", "scheduler"}


def test_logs_topics_and_the_workspace_are_encrypted_and_logs_end(half: AwsHalf) -> None:
    groups = half.aws.client("logs").describe_log_groups()["logGroups"]
    days = {group["logGroupName"]: group["retentionInDays"] for group in groups}
    assert days == {
        f"/aws/eks/{NAME}/cluster": 90,
        f"/aws/vendedlogs/prometheus/{NAME}": 90,
        f"/{NAME}/flow-logs": 30,
    }
    assert all(":key/" in group["kmsKeyId"] for group in groups)
    sns = half.aws.client("sns")
    topics = [topic["TopicArn"] for topic in sns.list_topics()["Topics"]]
    assert len(topics) == 2
    assert all(":key/" in sns.get_topic_attributes(TopicArn=arn)["Attributes"]["KmsMasterKeyId"] for arn in topics)
    (workspace,) = half.outputs("aws:amp/workspace:Workspace").values()
    assert ":key/" in workspace["kmsKeyArn"]


def test_keys_are_rotated(half: AwsHalf) -> None:
    kms = half.aws.client("kms")
    keys = [alias for alias in kms.list_aliases()["Aliases"] if alias["AliasName"].startswith(f"alias/{NAME}")]
    assert {alias["AliasName"].removeprefix(f"alias/{NAME}-") for alias in keys} == {
        "cluster",
        "metrics",
        "network",
        "notifications",
    }
    assert all(kms.get_key_rotation_status(KeyId=alias["TargetKeyId"])["KeyRotationEnabled"] for alias in keys)


def test_no_security_group_lets_the_world_in(half: AwsHalf) -> None:
    ec2 = half.aws.client("ec2")
    (vpc,) = ec2.describe_vpcs(Filters=[{"Name": "tag:Name", "Values": [NAME]}])["Vpcs"]
    groups = ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [vpc["VpcId"]]}])["SecurityGroups"]
    sources = {
        (group["GroupName"], source["CidrIp"])
        for group in groups
        for rule in group["IpPermissions"]
        for source in rule["IpRanges"]
    }
    assert sources == {(f"{NAME}-endpoints", "10.64.0.0/16")}
    (default,) = [group for group in groups if group["GroupName"] == "default"]
    assert default["IpPermissions"] == default["IpPermissionsEgress"] == []


def test_nodes_have_encrypted_disks_and_their_metadata_to_themselves(half: AwsHalf) -> None:
    (version,) = half.aws.client("ec2").describe_launch_template_versions(
        LaunchTemplateName=f"{NAME}-nodes", Versions=["$Latest"]
    )["LaunchTemplateVersions"]
    data = version["LaunchTemplateData"]
    assert all(disk["Ebs"]["Encrypted"] for disk in data["BlockDeviceMappings"])
    assert data["MetadataOptions"]["HttpTokens"] == "required"
    assert data["MetadataOptions"]["HttpPutResponseHopLimit"] == 1
    # AWS makes these on the stack's behalf: the provider's default tags do not reach them.
    assert {entry["ResourceType"] for entry in data["TagSpecifications"]} == {
        "instance",
        "network-interface",
        "volume",
    }
    assert all(STANDING.items() <= _tags(entry).items() for entry in data["TagSpecifications"])


def test_everything_that_takes_tags_has_those_of_the_stack(half: AwsHalf) -> None:
    wanted = STANDING | {"planewatch:release": "1.0.0"}
    tagged = {
        name: entry["outputs"]["tagsAll"]
        for name, entry in half.state().items()
        if "tagsAll" in entry.get("outputs", {})
    }
    assert len(tagged) > 30
    assert {name: tags for name, tags in tagged.items() if not wanted.items() <= tags.items()} == {}
