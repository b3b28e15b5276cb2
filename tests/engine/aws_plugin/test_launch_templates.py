"""A launch template on the simulated API: each change is a version, and whoever uses it is told so by the preview."""

import pytest

from tests.engine.aws_plugin.harness import AwsProject

pytestmark = pytest.mark.engine

PROGRAM = """
template = aws.ec2.LaunchTemplate(
    "nodes",
    name="nodes",
    update_default_version=True,
    block_device_mappings=[{{
        "device_name": "/dev/xvdb",
        "ebs": {{"volume_size": {gib}, "volume_type": "gp3", "encrypted": "true", "delete_on_termination": "true"}},
    }}],
    metadata_options={{"http_endpoint": "enabled", "http_tokens": "required", "http_put_response_hop_limit": 1}},
    tag_specifications=[{{"resource_type": "volume", "tags": {{"Name": "node", "owner": "team"}}}}],
    tags={{"purpose": "{purpose}"}},
)
aws.sns.Topic("user", display_name=template.latest_version.apply(lambda number: f"version {{number}}"))
"""


def test_each_change_of_a_template_is_a_version(project: AwsProject) -> None:
    ec2 = project.aws.client("ec2")
    project.up(PROGRAM.format(gib=50, purpose="one"))
    project.unchanged()
    made = project.state()["nodes"]
    (first,) = ec2.describe_launch_template_versions(LaunchTemplateId=made["id"])["LaunchTemplateVersions"]
    assert first["LaunchTemplateData"] == {
        "BlockDeviceMappings": [
            {
                "DeviceName": "/dev/xvdb",
                "Ebs": {"Encrypted": True, "DeleteOnTermination": True, "VolumeSize": 50, "VolumeType": "gp3"},
            }
        ],
        "MetadataOptions": {"HttpTokens": "required", "HttpPutResponseHopLimit": 1, "HttpEndpoint": "enabled"},
        "TagSpecifications": [
            {
                "ResourceType": "volume",
                "Tags": [{"Key": "Name", "Value": "node"}, {"Key": "owner", "Value": "team"}],
            }
        ],
    }
    steps = project.steps(PROGRAM.format(gib=80, purpose="two"))
    # The number is not known before the version is made; the user of it shows that it will change.
    assert {name: step["op"] for name, step in steps.items()} == {"nodes": "update", "user": "update"}
    project.up()
    project.unchanged()
    outputs = project.state()["nodes"]["outputs"]
    assert (outputs["latestVersion"], outputs["defaultVersion"]) == (2, 2)
    (template,) = ec2.describe_launch_templates(LaunchTemplateIds=[made["id"]])["LaunchTemplates"]
    assert template["DefaultVersionNumber"] == template["LatestVersionNumber"] == 2
    project.run("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    # Somebody makes a version beside the stack: that is drift of what the newest one holds.
    ec2.create_launch_template_version(
        LaunchTemplateId=made["id"], LaunchTemplateData={"MetadataOptions": {"HttpTokens": "optional"}}
    )
    project.run("refresh", "--yes", "--skip-preview")
    assert "nodes" in project.steps()
    project.destroy()
    assert ec2.describe_launch_templates()["LaunchTemplates"] == []


WRONG = """
aws.ec2.LaunchTemplate(
    "nodes",
    update_default_version=True,
    default_version=1,
    metadata_options={"http_tokens": "perhaps", "http_put_response_hop_limit": 1},
)
"""


def test_what_no_template_can_be_is_refused_in_the_preview(project: AwsProject) -> None:
    said = project.preview(WRONG, fails=True)
    assert "metadataOptions.httpTokens: must be one of optional, required" in said
    assert "defaultVersion: conflicts with updateDefaultVersion" in said
