"""The words in which a resource type's way to the AWS API is written down as data.

Parameters are templates over a scope: the resource's properties, `id`, `account`, `region`, `partition`, the parts of
its id. `"{name}"` alone stands for the value itself, of any type; inside more text it stands for the value's text. A
parameter whose template names something that is not there is left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Template: TypeAlias = "str | int | bool | list[Template] | Mapping[str, Template]"
Params: TypeAlias = Mapping[str, Template]


@dataclass(frozen=True)
class Call:
    """One operation of a service, by boto3's name, with its parameters beside the resource's properties."""

    operation: str
    params: Params = field(default_factory=dict)
    # Refusals with these codes mean that there was nothing to do.
    fine: tuple[str, ...] = ()


@dataclass(frozen=True)
class Read:
    """One read of a resource: where its object is in the answer (JMESPath), and properties with a path of their own."""

    call: Call
    path: str = "@"
    picks: Mapping[str, str] = field(default_factory=dict)
    # Whether the properties are matched by name too, not only picked.
    matches: bool = True


@dataclass(frozen=True)
class Change:
    """An operation that sets some properties of a resource that is there; with `on_create` after making it too.

    `send` says that the properties themselves are matched with the operation's parameters by name; otherwise only the
    call's own parameters tell.
    """

    properties: tuple[str, ...]
    call: Call
    on_create: bool = False
    send: bool = True
    # The operation for properties that are no longer wanted, or are flags that are off.
    clear: Call | None = None


@dataclass(frozen=True)
class Each:
    """A list whose entries are added and removed one by one; `entry` is the entry itself in templates.

    The members of an entry that is an object are matched with the operation's parameters by name, under `names`.
    """

    property: str
    add: Call
    remove: Call
    names: Mapping[str, str] = field(default_factory=dict)
    # Members that identify an entry when it is removed; () is all.
    identity: tuple[str, ...] = ()
    send: bool = True


@dataclass(frozen=True)
class Tags:
    """How tags are set, removed and read. The service's own shapes say whether they are a map or a list of pairs."""

    create: str = "Tags"
    put: str = "tag_resource"
    put_tags: str = "Tags"
    remove: str = "untag_resource"
    remove_keys: str = "TagKeys"
    identity: Params = field(default_factory=lambda: {"ResourceArn": "{arn}"})
    read: str = "Tags"
    read_call: Call | None = None
    key: str = "Key"
    value: str = "Value"


@dataclass(frozen=True)
class Wait:
    """What a status must become (JMESPath on the read's object) before a resource counts as created or updated."""

    status: str
    ready: tuple[str, ...]
    failed: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Row:
    """One resource type.

    `identity` is where the id is in the answer to `create`, or a template; `parts` are the properties that make up the
    id instead, joined by `separator`, `import_parts` those that `pulumi import` is given in place of the id.
    `shape_names` map property paths to the service's names where these differ in more than case. Without `create` the
    resource is there already and is only taken over.
    """

    urn_type: str
    service: str
    create: Call | None
    read: Read
    delete: Call | None
    identity: str = ""
    parts: tuple[str, ...] = ()
    separator: str = ":"
    import_parts: tuple[str, ...] = ()
    more: tuple[Read, ...] = ()
    changes: tuple[Change, ...] = ()
    each: tuple[Each, ...] = ()
    before_delete: tuple[Call, ...] = ()
    shape_names: Mapping[str, str] = field(default_factory=dict)
    force_new: frozenset[str] = frozenset()
    defaults: Mapping[str, str | int | bool] = field(default_factory=dict)
    # The property that gets a made-up name when the program gives none, and the text in front of it.
    autoname: str = ""
    autoname_prefix: str = ""
    tags: Tags | None = None
    # The id to record after an import that was given `import_parts`.
    found: str = ""
    made: Mapping[str, str] = field(default_factory=dict)
    wait: Wait | None = None
    missing: tuple[str, ...] = ()
    # Inputs that no call carries: the plugin's or the service's own bookkeeping.
    local: frozenset[str] = frozenset()
    # Names of extra checks, conversions and the like in `hooks`.
    hooks: tuple[str, ...] = ()
    delete_first: bool = False
    # Properties that are secret even where no program says so: when they are read from the API.
    secrets: frozenset[str] = frozenset()
    # Of each group exactly one property must be given.
    one_of: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Scope:
    """What templates may name."""

    values: Mapping[str, object]

    def render(self, template: object) -> object:
        """Fill in a template; None when it names something that is not there."""
        if isinstance(template, str):
            return self._text(template)
        if isinstance(template, Mapping):
            filled = {key: self.render(entry) for key, entry in template.items()}
            return None if any(value is None for value in filled.values()) else filled
        if isinstance(template, list):
            entries = [self.render(entry) for entry in template]
            return None if any(entry is None for entry in entries) else entries
        return template

    def _text(self, template: str) -> object:
        if template.startswith("{") and template.endswith("}") and template.count("{") == 1:
            return self.values.get(template[1:-1])
        try:
            return template.format_map(self.values)
        except KeyError:
            return None

    def params(self, params: Params) -> dict[str, object]:
        """Fill in parameters; those without a value are left out."""
        return {key: value for key, entry in params.items() if (value := self.render(entry)) is not None}
