"""Launch templates: each change creates a version."""

from dataclasses import replace

from toolchain.simulated_aws.plugin.hooks import launch_template
from toolchain.simulated_aws.plugin.rows import Call, Change, Read, Row
from toolchain.simulated_aws.plugin.tables.tagging import EC2

_ID = {"LaunchTemplateId": "{id}"}
_DATA = launch_template.data_properties()

ROWS = (
    Row(
        urn_type=launch_template.TYPE,
        service="ec2",
        create=Call(
            "create_launch_template",
            {
                "LaunchTemplateName": "{name}",
                "VersionDescription": "{description}",
                "LaunchTemplateData": "{data}",
            },
        ),
        identity="LaunchTemplate.LaunchTemplateId",
        read=Read(Call("describe_launch_templates", {"LaunchTemplateIds": ["{id}"]}), "LaunchTemplates[0]"),
        changes=(
            Change(
                (*_DATA, "description"),
                Call(
                    "create_launch_template_version",
                    {**_ID, "VersionDescription": "{description}", "LaunchTemplateData": "{data}"},
                ),
                send=False,
            ),
            Change(
                (*_DATA, "description", "updateDefaultVersion", "defaultVersion"),
                Call("modify_launch_template", {**_ID, "DefaultVersion": "{default}"}),
                send=False,
            ),
        ),
        delete=Call("delete_launch_template", _ID),
        shape_names={"name": "LaunchTemplateName", "description": "VersionDescription"},
        autoname="name",
        # The simulated API takes tags given with the making for settings of the first version too, and tells with the
        # template of those that it had at the beginning.
        tags=replace(
            EC2, create="", read_call=Call("describe_tags", {"Filters": [{"Name": "resource-id", "Values": ["{id}"]}]})
        ),
        made={"arn": "arn:{partition}:ec2:{region}:{account}:launch-template/{id}"},
        missing=("InvalidLaunchTemplateId.NotFound", "InvalidLaunchTemplateId.NotFoundException"),
        local=frozenset({"updateDefaultVersion", "defaultVersion", *_DATA}),
        hooks=("launch_template",),
    ),
)
