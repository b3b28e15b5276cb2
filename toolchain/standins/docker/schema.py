"""The words in which a resource type's properties are written down as data."""

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a property holds. A set is a list whose order means nothing; a map holds text by text."""

    STR = "string"
    BOOL = "boolean"
    INT = "integer"
    MAP = "object"
    LIST = "array"
    SET = "set"
    OBJECT = "nested object"


@dataclass(frozen=True)
class Prop:
    """One property.

    `computed`: the container engine fills it when the program does not. `output_only`: never an input. `force_new`: a
    change replaces the resource. `keeps`: an input that is left out keeps what is there. `number`: a text that is
    compared as a number. `fields`: members of the object, or of each object in the list or set; a list or set without
    fields holds text.
    """

    name: str
    kind: Kind
    required: bool = False
    computed: bool = False
    output_only: bool = False
    force_new: bool = False
    keeps: bool = False
    number: bool = False
    default: str | int | bool | None = None
    pattern: str = ""
    minimum: int | None = None
    fields: tuple["Prop", ...] = ()


@dataclass(frozen=True)
class ResourceType:
    """One resource type.

    `autoname`: a missing `name` is made from the resource's. `delete_first`: a replacement always deletes the old one
    first. `meta`: what the official plugin keeps in the state's `__meta`, so that it can take the state over.
    """

    urn_type: str
    props: tuple[Prop, ...]
    autoname: bool = False
    delete_first: bool = False
    meta: str = ""

    def prop(self, name: str) -> Prop | None:
        """Find a property by name."""
        return next((prop for prop in self.props if prop.name == name), None)
