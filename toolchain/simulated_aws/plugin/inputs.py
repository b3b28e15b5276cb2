"""Check: a program's inputs, completed and validated by the SDK's declarations, the service's shapes and the hooks."""

from botocore import model

from toolchain.simulated_aws.plugin import tagging
from toolchain.simulated_aws.plugin.checking import validate_object
from toolchain.simulated_aws.plugin.connection import Connection, operation_model
from toolchain.simulated_aws.plugin.hooks import CHECKS
from toolchain.simulated_aws.plugin.hooks.checks import Checking
from toolchain.simulated_aws.plugin.rows import Row
from toolchain.simulated_aws.plugin.schema import resource_schema
from toolchain.simulated_aws.plugin.shapes import Matching
from toolchain.standins.servicer.autonaming import Autoname, suffix
from toolchain.standins.servicer.values import DEFAULTS, UNKNOWN, Props, Value, is_empty

# As many random hexadecimal digits as the official plugin appends to a name.
NAME_DIGITS = 7


def check(row: Row, olds: Props, news: Props, name: Autoname, connection: Connection) -> tuple[Props, list[str]]:
    """Return the inputs with defaults, names and tags, and every reason to refuse them."""
    declared = resource_schema(row.urn_type)
    failures: list[str] = []
    given = {key: value for key, value in news.items() if not key.startswith("__") and key != "tagsAll"}
    made = validate_object(given, declared.inputs, "", failures)
    defaults = _complete(row, olds, made, name)
    if row.tags is not None:
        made["tagsAll"] = tagging.merged(made.get("tags"), connection.settings)
    _validate_groups(row, made, failures)
    if not failures:
        _validate_shapes(row, made, failures)
        checking = Checking(made, connection, failures)
        for hook in row.hooks:
            if hook in CHECKS:
                CHECKS[hook](checking)
    listed: list[Value] = [*sorted(defaults)]
    return made | {DEFAULTS: listed}, failures


def _complete(row: Row, olds: Props, made: Props, name: Autoname) -> list[str]:
    defaults: list[str] = []
    for key, value in row.defaults.items():
        if key not in made:
            made[key] = value
            defaults.append(key)
    prefix = row.autoname.replace("name", "namePrefix") if row.autoname == "name" else f"{row.autoname}Prefix"
    if row.autoname and row.autoname not in made:
        listed = olds.get(DEFAULTS)
        old = olds.get(row.autoname) if isinstance(listed, list) and row.autoname in listed else None
        given = made.get(prefix)
        if isinstance(given, str):
            made[row.autoname] = old or f"{given}{suffix(NAME_DIGITS, name.seed)}"
        else:
            made[row.autoname] = (
                old or name.proposed or f"{row.autoname_prefix}{name.resource}-{suffix(NAME_DIGITS, name.seed)}"
            )
        defaults.append(row.autoname)
    return defaults


def _validate_groups(row: Row, made: Props, failures: list[str]) -> None:
    for group in row.one_of:
        given = [key for key in group if key in made and (made[key] is UNKNOWN or not is_empty(made[key]))]
        if len(given) != 1:
            failures.append(f"exactly one of {', '.join(group)} is required (got {', '.join(given) or 'none'})")


def known_inputs(row: Row) -> dict[str, list[str]]:
    """Return the operations that carry each property by name; properties that only templates name have none."""
    found: dict[str, list[str]] = {}
    for change in row.changes:
        for name in change.properties:
            found.setdefault(name, [])
            if change.send and "{" not in change.call.operation:
                found[name].append(change.call.operation)
    for each in row.each:
        found.setdefault(each.property, [])
    return found


def _validate_shapes(row: Row, made: Props, failures: list[str]) -> None:
    """Validate every property by the shape of the first operation that carries it."""
    own = {"tags", "tagsAll", "region", f"{row.autoname}Prefix", "namePrefix", *row.local}
    carried = known_inputs(row)
    templates = str(row.create.params) if row.create else ""
    for key, value in made.items():
        if key in own:
            continue
        operations = ([row.create.operation] if row.create else []) + carried.get(key, [])
        matching = Matching(row.shape_names)
        validated = False
        for operation in operations:
            shape = operation_model(row.service, operation).input_shape
            member = matching.member(shape, key, key) if isinstance(shape, model.StructureShape) else ""
            if member and isinstance(shape, model.StructureShape):
                matching.to_api(value, shape.members[member], key)
                validated = True
                break
        failures.extend(matching.failures)
        if not (validated or key in carried or f"{{{key}}}" in templates):
            if key in row.defaults:
                continue
            hooked = {name for hook in row.hooks for name in HOOKED.get(hook, ())}
            if key not in hooked:
                failures.append(f"{key}: the stand-in aws plugin cannot set this property of {row.urn_type}")
    tags = made.get("tagsAll")
    if isinstance(tags, dict):
        failures.extend(f'tags["{key}"]: {why}' for key, entry in tags.items() if (why := _tag_fault(key, entry)))


# Properties that only a hook reads.
HOOKED: dict[str, tuple[str, ...]] = {
    "budget": ("name", "accountId"),
    "security_group_rule": (
        "ipProtocol",
        "fromPort",
        "toPort",
        "cidrIpv4",
        "cidrIpv6",
        "prefixListId",
        "referencedSecurityGroupId",
        "description",
    ),
}
TAG_KEY_CHARACTERS, TAG_VALUE_CHARACTERS = 128, 256


def _tag_fault(key: str, value: Value) -> str:
    if not 0 < len(key) <= TAG_KEY_CHARACTERS:
        return f"a tag's key has 1 to {TAG_KEY_CHARACTERS} characters"
    if key.lower().startswith("aws:"):
        return "keys that begin with aws: belong to AWS"
    if isinstance(value, str) and len(value) > TAG_VALUE_CHARACTERS:
        return f"a tag's value has at most {TAG_VALUE_CHARACTERS} characters"
    return ""
