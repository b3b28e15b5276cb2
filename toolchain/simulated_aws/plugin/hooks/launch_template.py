"""Launch templates: their settings lie in versions, of which one is the default."""

from typing import TYPE_CHECKING, Any, cast

from botocore import model

from toolchain.simulated_aws.plugin.connection import operation_model
from toolchain.simulated_aws.plugin.hooks.checks import Checking
from toolchain.simulated_aws.plugin.schema import resource_schema
from toolchain.simulated_aws.plugin.shapes import Matching, properties
from toolchain.standins.servicer.values import DEFAULTS, Props, Value, is_empty

if TYPE_CHECKING:
    from toolchain.simulated_aws.plugin.connection import Connection
    from toolchain.simulated_aws.plugin.hooks.resource import Resource

TYPE = "aws:ec2/launchTemplate:LaunchTemplate"
# What a version holds, by the SDK's names; all but these belong to the template itself.
_TEMPLATE = ("defaultVersion", "description", "name", "namePrefix", "region", "tags", "tagsAll", "updateDefaultVersion")
NAMES = {
    "securityGroupNames": "SecurityGroups",
    "vpcSecurityGroupIds": "SecurityGroupIds",
    "networkInterfaces.securityGroups": "Groups",
}
# Of these the engine cannot know in a preview what a new version makes of them.
_VERSIONS = ("latestVersion", "defaultVersion")
# Changes that make no new version, as the official plugin sees it.
_NO_VERSION = ("defaultVersion", "description", "name", "namePrefix", DEFAULTS)


def data_properties() -> tuple[str, ...]:
    """Return the properties that a version holds."""
    return tuple(key for key in resource_schema(TYPE).inputs.fields if key not in _TEMPLATE)


def check(checking: Checking) -> None:
    """Check: what a version holds fits the service's shape, and the default version is given in one way."""
    matching = Matching(NAMES)
    _data(checking.inputs, matching)
    checking.failures.extend(matching.failures)
    if checking.inputs.get("updateDefaultVersion") is True and "defaultVersion" in checking.inputs:
        checking.refuse("defaultVersion", "conflicts with updateDefaultVersion; give one of them")


def scope(values: dict[str, object], connection: "Connection") -> None:
    """Add a version's settings in the service's form, and the version that is to be the default."""
    values["data"] = _data(cast("Props", values), Matching(NAMES))
    if "id" not in values:
        return
    answer: dict[str, Any] = connection.call(
        "ec2",
        "describe_launch_templates",
        {"LaunchTemplateIds": [values["id"]]},
        doing="read the launch template's versions",
        region=str(values["region"]),
    )
    template = answer["LaunchTemplates"][0]
    wanted = values.get("defaultVersion") or template["DefaultVersionNumber"]
    values["default"] = str(template["LatestVersionNumber"] if values.get("updateDefaultVersion") is True else wanted)


def read(found: dict[str, Any], resource: "Resource") -> Props:
    """Read the newest version's settings."""
    params = {"LaunchTemplateId": resource.id, "Versions": ["$Latest"]}
    answer: dict[str, Any] = resource.call("describe_launch_template_versions", params, "read a version of")
    data = dict(answer["LaunchTemplateVersions"][0]["LaunchTemplateData"])
    specifications = [
        {**entry, "Tags": {pair["Key"]: pair["Value"] for pair in entry.get("Tags", ())}}
        for entry in data.pop("TagSpecifications", ())
    ]
    if specifications:
        data["TagSpecifications"] = specifications
    declared = resource_schema(TYPE).outputs
    made = properties(data, {key: declared[key] for key in data_properties()}, NAMES, "")
    return made | {"latestVersion": found["LatestVersionNumber"], "defaultVersion": found["DefaultVersionNumber"]}


def unknown_after(olds: Props, news: Props) -> tuple[str, ...]:
    """Name the outputs that an update moves on by itself: without them, who uses the template would seem to stay."""
    changed = any(olds.get(key) != news.get(key) for key in (olds.keys() | news.keys()) - {*_NO_VERSION})
    if not changed:
        return ()
    return _VERSIONS if news.get("updateDefaultVersion") is True else _VERSIONS[:1]


def _data(props: Props, matching: Matching) -> dict[str, object]:
    shape = operation_model("ec2", "create_launch_template").input_shape
    data = cast("model.StructureShape", cast("model.StructureShape", shape).members["LaunchTemplateData"])
    given = {key: props[key] for key in data_properties() if not is_empty(props.get(key))}
    if isinstance(given.get("tagSpecifications"), list):
        given["tagSpecifications"] = [_paired(entry) for entry in cast("list[Value]", given["tagSpecifications"])]
    return {
        name: matching.to_api(value, data.members[name], key)
        for key, value in given.items()
        if (name := matching.member(data, key, key))
    }


def _paired(entry: Value) -> Value:
    """Write the tags of one specification as the service does: pairs, not a map."""
    if not isinstance(entry, dict) or not isinstance(entry.get("tags"), dict):
        return entry
    tags = cast("Props", entry["tags"])
    return {**entry, "tags": [{"key": key, "value": tags[key]} for key in sorted(tags) if key != DEFAULTS]}
