"""Label selectors as Kubernetes evaluates them."""

from collections.abc import Mapping
from dataclasses import dataclass

from policies.reading import Maybe, Record, Unknown, known


@dataclass(frozen=True)
class Requirement:
    """One of a selector's expressions."""

    key: str
    operator: str
    values: tuple[str, ...]

    def holds(self, labels: Mapping[str, str]) -> bool:
        """Whether labels fulfil it; an operator that Kubernetes does not know is taken to hold."""
        match self.operator:
            case "In":
                return labels.get(self.key) in self.values
            case "NotIn":
                return labels.get(self.key) not in self.values
            case "Exists":
                return self.key in labels
            case "DoesNotExist":
                return self.key not in labels
            case _:
                return True


@dataclass(frozen=True)
class Selector:
    """What labels must be like; without requirements everything is selected."""

    requirements: tuple[Requirement, ...]

    @property
    def is_empty(self) -> bool:
        """Whether it selects everything."""
        return not self.requirements

    def selects(self, labels: Mapping[str, str]) -> bool:
        """Whether something with these labels is selected."""
        return all(requirement.holds(labels) for requirement in self.requirements)


def selector(bag: Maybe[Record]) -> Maybe[Selector]:
    """Read a selector; what of it is not known yet is left out, which makes it select more."""
    if bag is None or isinstance(bag, Unknown):
        return bag
    found = [Requirement(key, "In", (value,)) for key, value in texts_by_name(bag.record("matchLabels")).items()]
    found += [
        Requirement(str(item.text("key")), str(item.text("operator")), known(item.texts("values")))
        for item in known(bag.records("matchExpressions"))
    ]
    return Selector(tuple(found))


def texts_by_name(bag: Maybe[Record]) -> dict[str, str]:
    """Read an object of texts, such as labels, without those that are not known yet."""
    if not isinstance(bag, Record):
        return {}
    values = {name: bag.text(name) for name in bag.names}
    return {name: value for name, value in values.items() if isinstance(value, str)}
