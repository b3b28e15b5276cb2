"""What a destroyed stack keeps on purpose, according to its state."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

from delivery.recorded import ENGINE, Resource
from delivery.workspace import Workspace

# What people call a resource that holds data, and the input that names it where it is.
_WORDS = {
    "docker:index/volume:Volume": ("volume", "name"),
    "kubernetes:core/v1:Namespace": ("namespace", "metadata"),
    "aws:amp/workspace:Workspace": ("workspace", "alias"),
    "aws:cloudwatch/logGroup:LogGroup": ("log group", "name"),
    "aws:kms/key:Key": ("key", "description"),
}
_RESTORABLE = frozenset({"aws:kms/key:Key", "aws:secretsmanager/secret:Secret"})
# The next `up` finds a volume by its name and a namespace by its labels. On AWS names are taken, or mean nothing: what
# is kept there stays in the state.
_FOUND_BY_THE_STATE = frozenset({"aws"})


@dataclass(frozen=True, kw_only=True)
class Kept:
    """The resources that a destroy without their data keeps."""

    resources: tuple[Resource, ...] = ()
    # Whether something goes that AWS can restore for a while.
    restorable: bool = False

    @classmethod
    def of(cls, found: Iterable[Resource]) -> Self:
        """Return what is kept of the resources of a state."""
        there = [one for one in found if one.custom and not one.delete]
        return cls(
            resources=tuple(one for one in there if one.retain_on_delete),
            restorable=any(one.type in _RESTORABLE and not one.retain_on_delete for one in there),
        )

    @property
    def recorded_still(self) -> tuple[str, ...]:
        """The URNs of those that must stay in the state, or the next `up` would not find them."""
        return tuple(one.urn for one in self.resources if one.package in _FOUND_BY_THE_STATE)

    def lines(self, workspace: Workspace) -> Iterator[str]:
        """Yield what is kept, one a line, and how to use and to delete it."""
        if self.restorable:
            yield "Deleted keys and secrets can be restored until the end of their recovery window."
        if not self.resources:
            yield "Nothing is kept: the stack was deployed without data, or with `data: delete`."
            return
        yield "Kept, with the data in them:"
        yield from sorted(f"    {_called(one)}" for one in self.resources)
        up, delete = workspace.command("up"), workspace.delete_data
        first = "" if len(self.recorded_still) == len(self.resources) else f"`{up}` and then "
        yield f"The next `{up}` uses them again. To delete them too, run {first}`{delete}`."


def is_all(found: Iterable[Resource]) -> bool:
    """Whether a state holds nothing but what an earlier destroy kept."""
    there = [one for one in found if one.custom and one.package != ENGINE]
    return bool(there) and len(Kept.of(there).resources) >= len(there)


def _called(one: Resource) -> str:
    word, named_by = _WORDS.get(one.type, (one.type, "name"))
    value = one.inputs.get(named_by)
    name = value.get("name") if isinstance(value, dict) else value
    return f"{word} {name or one.name}"
