"""What every resource type goes through: create, update and delete, as its row says."""

import jmespath
from botocore import model

from toolchain.simulated_aws.plugin import tagging
from toolchain.simulated_aws.plugin.connection import operation_model
from toolchain.simulated_aws.plugin.connection_errors import RefusedByServiceError
from toolchain.simulated_aws.plugin.hooks import AFTER_CREATE, BEFORE_DELETE, BEFORE_UPDATE
from toolchain.simulated_aws.plugin.live import poll, read_live, wait
from toolchain.simulated_aws.plugin.rows import Call, Change, Each
from toolchain.simulated_aws.plugin.sameness import covers, same
from toolchain.simulated_aws.plugin.schema import Kind, Type, resource_schema
from toolchain.simulated_aws.plugin.scope import Resource
from toolchain.simulated_aws.plugin.shapes import Matching
from toolchain.standins.servicer.values import DEFAULTS, Props, Value, child, is_empty, text


def outputs_of(resource: Resource, live: Props, inputs: Props) -> Props:
    """Return the properties to record: the live ones, in the program's own words where these mean the same."""
    declared = resource_schema(resource.row.urn_type).outputs
    made: Props = {key: value for key, value in inputs.items() if not key.startswith("__")}
    for key, value in live.items():
        wanted = made.get(key)
        if wanted is None or not covers(value, wanted, declared[key]) or declared[key].kind is Kind.OBJECT:
            made[key] = value
    return {key: value for key, value in made.items() if key in declared}


def create(resource: Resource) -> None:
    """Create a resource and set its id; further settings follow with `finish`."""
    row = resource.row
    scope = resource.scope()
    if row.create is None:
        resource.id = str(scope.render(row.identity))
        tagging.change(resource, {}, child(resource.props, "tagsAll"))
        return
    params = _sent(resource, row.create, tuple(resource.props)) | tagging.on_create(resource, row.create)
    answer = resource.call(row.create.operation, params, "create")
    if row.parts:
        resource.id = row.separator.join(text(resource.props, part) for part in row.parts)
    elif "{" in row.identity:
        resource.id = str(scope.render(row.identity))
    else:
        resource.id = str(jmespath.search(row.identity, answer))


def finish(resource: Resource) -> None:
    """Do what follows the making of a resource; the resource exists already."""
    wait(resource)
    for hook in resource.row.hooks:
        if hook in AFTER_CREATE:
            AFTER_CREATE[hook](resource)
    tags = resource.row.tags
    wanted = child(resource.props, "tagsAll")
    if tags is not None and not tags.create and wanted:
        tagging.change(resource, {}, wanted)
    elif tags is not None and resource.row.tags is not None and resource.row.service == "ec2" and wanted:
        # The simulated API does not tag every kind while it makes it.
        live = read_live(resource)
        if live is not None and live.get("tagsAll") != wanted:
            tagging.change(resource, {}, wanted)
    changed = [
        change
        for change in resource.row.changes
        if change.on_create
        and any(
            not is_empty(resource.props.get(name)) and resource.props.get(name) != resource.row.defaults.get(name)
            for name in change.properties
        )
    ]
    # A flag that is on when nobody says otherwise is switched off.
    changed += [
        change
        for change in resource.row.changes
        if change.on_create
        and any(
            resource.props.get(name) is False and resource.row.defaults.get(name) is True for name in change.properties
        )
    ]
    for change in changed:
        _apply(resource, change, {})
    _apply_each(resource, {})
    if changed:
        wait(resource)


def update(resource: Resource, old: Props) -> None:
    """Change what differs between old and new properties; `resource.props` are the new ones."""
    wait(resource)
    fields = resource_schema(resource.row.urn_type).inputs.fields
    for hook in resource.row.hooks:
        if hook in BEFORE_UPDATE:
            BEFORE_UPDATE[hook](resource)
    for change in resource.row.changes:
        if any(not same(old.get(name), resource.props.get(name), fields[name]) for name in change.properties):
            _apply(resource, change, old)
            wait(resource)
    _apply_each(resource, old)
    tagging.change(resource, child(old, "tagsAll"), child(resource.props, "tagsAll"))


def delete(resource: Resource) -> None:
    """Remove a resource and wait until it is gone; fine when it is gone already."""
    row = resource.row
    if resource.props.get("skipDestroy") is True:
        return
    for hook in row.hooks:
        if hook in BEFORE_DELETE:
            BEFORE_DELETE[hook](resource)
    for call in row.before_delete:
        _call(resource, call)
    if row.delete is None:
        return
    try:
        _call(resource, row.delete, doing="delete")
    except RefusedByServiceError as error:
        if error.code not in row.missing:
            raise
        return
    if row.wait is not None:
        poll(resource, lambda: read_live(resource) is None, "to be gone")


def _sent(resource: Resource, call: Call, names: tuple[str, ...]) -> dict[str, object]:
    """Return an operation's parameters: the named properties that it knows, and the row's own templates."""
    shape = operation_model(resource.row.service, call.operation).input_shape
    matching = Matching(resource.row.shape_names)
    params: dict[str, object] = {}
    own = {
        "tags",
        "tagsAll",
        "region",
        *resource.row.local,
        *(each.property for each in resource.row.each if each.send),
    }
    if isinstance(shape, model.StructureShape):
        for name in names:
            value = resource.props.get(name)
            member = "" if name in own or name.startswith("__") else matching.member(shape, name, name)
            if member and value is not None:
                converted = matching.to_api(value, shape.members[member], name)
                if converted not in (None, "") or name in resource.row.defaults:
                    params[member] = converted
    return params | resource.scope().params(call.params)


def _apply(resource: Resource, change: Change, old: Props) -> None:
    resource.extra |= {f"old_{key}": value for key, value in old.items()}
    for name in change.properties:
        before, after = old.get(name), resource.props.get(name)
        if isinstance(before, list) or isinstance(after, list):
            resource.extra[f"added_{name}"] = _without(after, before) or None
            resource.extra[f"removed_{name}"] = _without(before, after) or None
    first = resource.props.get(change.properties[0])
    if change.clear is not None and (is_empty(first)):
        _call(resource, change.clear)
        return
    old_name = f"{{old_{change.properties[0]}}}"
    # What can only be taken away and put on is taken away first.
    if (
        change.clear is not None
        and old_name in str(change.clear.params)
        and not is_empty(old.get(change.properties[0]))
    ):
        _call(resource, change.clear)
    call = change.call
    operation = str(resource.scope().render(call.operation))
    call = Call(operation, call.params, call.fine)
    params = _sent(resource, call, change.properties) if change.send else resource.scope().params(call.params)
    _checked(resource, operation, params, call)


def _without(one: Value, other: Value) -> list[Value]:
    gone = other if isinstance(other, list) else []
    return [entry for entry in one if entry not in gone] if isinstance(one, list) else []


def _apply_each(resource: Resource, old: Props) -> None:
    fields = resource_schema(resource.row.urn_type).inputs.fields
    for each in resource.row.each:
        if each.property not in resource.props and each.property not in old:
            continue
        if each.property not in resource.props and resource.row.create is not None and not old:
            continue
        of = fields[each.property].of or Type(Kind.ANY)
        before, after = _entries(old, each.property), _entries(resource.props, each.property)
        if (
            resource.row.create is not None
            and not old
            and each.send is False
            and each.property in _sent_whole(resource)
        ):
            continue
        for entry in before:
            if not any(same(entry, other, of) for other in after):
                _each(resource, each, entry, add=False)
        for entry in after:
            if not any(same(entry, other, of) for other in before):
                _each(resource, each, entry, add=True)


def _sent_whole(resource: Resource) -> set[str]:
    """Return the lists that the create operation takes as a whole."""
    if resource.row.create is None:
        return set()
    shape = operation_model(resource.row.service, resource.row.create.operation).input_shape
    if not isinstance(shape, model.StructureShape):
        return set()
    matching = Matching(resource.row.shape_names)
    return {each.property for each in resource.row.each if matching.member(shape, each.property, each.property)}


def _entries(props: Props, name: str) -> list[Value]:
    value = props.get(name)
    return value if isinstance(value, list) else []


def _each(resource: Resource, each: Each, entry: Value, *, add: bool) -> None:
    resource.extra["entry"] = entry
    call = each.add if add else each.remove
    params: dict[str, object] = {}
    shape = operation_model(resource.row.service, call.operation).input_shape
    if each.send and isinstance(entry, dict) and isinstance(shape, model.StructureShape):
        matching = Matching(each.names)
        for key, value in entry.items():
            if key != DEFAULTS and (add or key in each.identity) and not is_empty(value):
                member = matching.member(shape, key, f"{each.property}.{key}")
                if member:
                    params[member] = matching.to_api(value, shape.members[member], key)
    _checked(resource, call.operation, params | resource.scope().params(call.params), call)
    del resource.extra["entry"]


def _call(resource: Resource, call: Call, *, doing: str = "change") -> None:
    _checked(resource, call.operation, resource.scope().params(call.params), call, doing=doing)


def _checked(
    resource: Resource, operation: str, params: dict[str, object], call: Call, *, doing: str = "change"
) -> None:
    try:
        resource.call(operation, params, doing)
    except RefusedByServiceError as error:
        if error.code not in call.fine:
            raise
