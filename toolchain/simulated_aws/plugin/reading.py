"""Inputs and outputs beside the API: what a preview knows, how a refresh or an import turns live values into inputs."""

from toolchain.simulated_aws.plugin import tagging
from toolchain.simulated_aws.plugin.connection import GLOBAL_REGION, Connection
from toolchain.simulated_aws.plugin.hooks import UNKNOWN_AFTER
from toolchain.simulated_aws.plugin.rows import Row
from toolchain.simulated_aws.plugin.sameness import covers
from toolchain.simulated_aws.plugin.schema import Kind, Type, resource_schema
from toolchain.standins.servicer.values import DEFAULTS, UNKNOWN, Props, Value, is_empty, text


def previewed(row: Row, inputs: Props, connection: Connection) -> Props:
    """Return the outputs of a resource that does not exist yet: unknown where AWS decides."""
    declared = resource_schema(row.urn_type).outputs
    made: Props = {}
    for key, kind in declared.items():
        made[key] = _open(inputs[key], kind) if key in inputs else UNKNOWN
    if "region" in declared:
        made["region"] = text(inputs, "region") or connection.settings.region or GLOBAL_REGION
    if row.tags is not None and "tags" not in inputs:
        made["tags"] = {}
    return made


def _open(value: Value, declared: Type) -> Value:
    """Fill an object's other members with unknowns: AWS may set them."""
    if declared.kind is Kind.OBJECT and isinstance(value, dict):
        filled: Props = dict.fromkeys(declared.fields, UNKNOWN)
        return filled | {
            key: _open(entry, declared.fields.get(key, Type(Kind.ANY)))
            for key, entry in value.items()
            if key != DEFAULTS
        }
    return value


def updated(state: Props, olds: Props, news: Props) -> Props:
    """Return the properties after an update: those of the state, without inputs that are gone, with the new ones."""
    gone = olds.keys() - news.keys()
    kept = {key: value for key, value in state.items() if key not in gone}
    return kept | {key: value for key, value in news.items() if not key.startswith("__")}


def preview_update(row: Row, state: Props, olds: Props, news: Props) -> Props:
    """Return the properties that an update will leave: as after it, unknown where it creates something anew."""
    anew = [name for hook in row.hooks if hook in UNKNOWN_AFTER for name in UNKNOWN_AFTER[hook](olds, news)]
    return updated(state, olds, news) | dict.fromkeys(anew, UNKNOWN)


def inputs_after_read(row: Row, old: Props, live: Props, connection: Connection) -> Props:
    """Return the inputs that describe the live resource: one stays as written while the live value is what it asks for.

    Without inputs (an import) every settable live value counts that is neither empty nor a default.
    """
    listed = old.get(DEFAULTS)
    defaults = list(listed) if isinstance(listed, list) else []
    made: Props = {}
    for key, declared in resource_schema(row.urn_type).inputs.fields.items():
        if old and key not in old and key != "tags":
            continue
        value = _after_read(key, declared, old.get(key), live.get(key))
        if value is None or (not old and key == "region" and value == connection.settings.region):
            continue
        made[key] = value
        if value != old.get(key):
            # A default that the live resource lost is none any more: the next check applies it afresh.
            defaults = [name for name in defaults if name != key]
    if not old:
        missing = {key: default for key, default in row.defaults.items() if key not in made}
        made |= missing
        defaults += [*missing]
    if row.tags is not None:
        made["tagsAll"] = live.get("tagsAll", tagging.merged(made.get("tags"), connection.settings))
        if is_empty(made.get("tags")) and "tags" not in old:
            made.pop("tags", None)
    return made | {DEFAULTS: defaults}


def _after_read(key: str, declared: Type, wanted: Value, live: Value) -> Value:
    """Return one input: as written, as it is live, or None when it is none."""
    if wanted is not None and (live is None or covers(live, wanted, declared)):
        return wanted
    return live if live is not None and (wanted is not None or key == "tags" or not is_empty(live)) else None
