"""A resource's tags: merged with the provider's, set, removed and read."""

from typing import Any, cast

from botocore import model

from toolchain.simulated_aws.plugin.connection import operation_model
from toolchain.simulated_aws.plugin.connection_errors import RefusedByServiceError
from toolchain.simulated_aws.plugin.rows import Call, Tags
from toolchain.simulated_aws.plugin.scope import Resource
from toolchain.simulated_aws.plugin.settings import Settings
from toolchain.standins.servicer.values import DEFAULTS, UNKNOWN, Props, Value, has_unknown


def merged(own: Value, settings: Settings) -> Value:
    """Return all tags: the provider's default ones and the resource's own, which win."""
    if has_unknown(own):
        return UNKNOWN
    tags: Props = {**settings.default_tags, **(own if isinstance(own, dict) else {})}
    return {
        key: value
        for key, value in sorted(tags.items())
        if key != DEFAULTS and key not in settings.ignored_keys and not key.startswith(settings.ignored_prefixes)
    }


def on_create(resource: Resource, call: Call) -> dict[str, object]:
    """Return the parameters that tag a resource at its creation."""
    tags, wanted = resource.row.tags, resource.props.get("tagsAll")
    if tags is None or not tags.create or not isinstance(wanted, dict) or not wanted:
        return {}
    shape = _members(resource, call.operation).get(tags.create)
    if shape is None:
        return {}
    if tags.create == "TagSpecifications":
        kinds = [resource_type(call.operation)]
        return {tags.create: [{"ResourceType": kind, "Tags": _pairs(wanted, tags)} for kind in kinds]}
    return {tags.create: _form(wanted, shape, tags)}


_EC2_TYPES = {
    "create_vpc_endpoint": "vpc-endpoint",
    "create_nat_gateway": "natgateway",
    "allocate_address": "elastic-ip",
    "create_flow_logs": "vpc-flow-log",
    "authorize_security_group_ingress": "security-group-rule",
    "authorize_security_group_egress": "security-group-rule",
}


def resource_type(operation: str) -> str:
    """Return EC2's name of the kind of resource that an operation creates."""
    return _EC2_TYPES.get(operation) or operation.removeprefix("create_").replace("_", "-")


def change(resource: Resource, old: Props, new: Props) -> None:
    """Set and remove tags of a resource that is there."""
    tags = resource.row.tags
    if tags is None or old == new:
        return
    identity = resource.scope().params(tags.identity)
    gone = sorted(old.keys() - new.keys() - {DEFAULTS})
    if gone and tags.remove_keys:
        shape = _members(resource, tags.remove)[tags.remove_keys]
        nested = isinstance(cast("model.ListShape", shape).member, model.StructureShape)
        keys: list[object] = [{tags.key: key} if nested else key for key in gone]
        resource.call(tags.remove, {**identity, tags.remove_keys: keys}, "remove tags of")
    elif gone and not new:
        resource.call(tags.remove, identity, "remove tags of")
    if new:
        top, _, rest = tags.put_tags.partition(".")
        shape = _members(resource, tags.put)[top]
        filled: object = {rest: _pairs(new, tags)} if rest else _form(new, shape, tags)
        resource.call(tags.put, {**identity, top: filled}, "tag")


def read(resource: Resource, live: dict[str, Any]) -> Props:
    """Read a resource's tags; those that the settings ignore or that AWS owns are left out."""
    tags, settings = resource.row.tags, resource.connection.settings
    if tags is None:
        return {}
    found = live.get(tags.read)
    if tags.read_call is not None:
        try:
            found = resource.call(
                tags.read_call.operation, resource.scope().params(tags.read_call.params), "read tags of"
            ).get(tags.read)
        except RefusedByServiceError as error:
            if error.code not in tags.read_call.fine:
                raise
            found = None
    given = found if isinstance(found, dict) else {entry[tags.key]: entry[tags.value] for entry in found or ()}
    return {
        str(key): str(value)
        for key, value in sorted(given.items())
        if not key.startswith(("aws:", *settings.ignored_prefixes)) and key not in settings.ignored_keys
    }


def _form(wanted: Props, shape: model.Shape, tags: Tags) -> object:
    return dict(wanted) if isinstance(shape, model.MapShape) else _pairs(wanted, tags)


def _pairs(wanted: Props, tags: Tags) -> list[dict[str, Value]]:
    return [{tags.key: key, tags.value: value} for key, value in sorted(wanted.items()) if key != DEFAULTS]


def _members(resource: Resource, operation: str) -> dict[str, model.Shape]:
    shape = operation_model(resource.row.service, operation).input_shape
    return dict(shape.members) if isinstance(shape, model.StructureShape) else {}
