"""What golden lists hold of a resource beside type and name: the properties that policies and reviewers care about.

Each fact is a line of its own that begins with the resource, so that a change is one line in a diff wherever it stands.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.engine.stacks.facts.aws import AWS
from tests.engine.stacks.facts.docker import docker_facts
from tests.engine.stacks.facts.kubernetes import KUBERNETES

# Type token → paths of properties: dots lead into objects, `[]` into each element of a list.
PROPERTIES: Mapping[str, tuple[str, ...]] = {**AWS, **KUBERNETES}
# How the engine writes what is known only once something is made, and how it hides a secret.
_UNKNOWN, _SECRET = "04da6b54-80e4-46f7-96ec-b56ff0331ba9", "4dabf18193072939515e22adb298388d"


def facts_of(kind: str, inputs: Mapping[str, Any]) -> Iterator[str]:
    """Yield ``property = value`` for everything that is set of what matters in a resource of this type."""
    yield from docker_facts(kind, inputs)
    for path in PROPERTIES.get(kind, ()):
        values = list(_at(inputs, path.split(".")))
        if values:
            yield f"{path} = {_told(values if '[]' in path else values[0])}"


def _at(value: Any, path: list[str]) -> Iterator[Any]:
    if not path:
        yield value
        return
    name, *rest = path
    found = value.get(name.removesuffix("[]")) if isinstance(value, Mapping) else None
    for one in (found or []) if name.endswith("[]") else [] if found is None else [found]:
        yield from _at(one, rest)


def _told(value: Any) -> str:
    text = json.dumps(_shown(value), sort_keys=True)
    return text.replace(f'"{_UNKNOWN}"', "(known once made)")


def _shown(value: Any) -> Any:
    if isinstance(value, Mapping):
        if _SECRET in value:
            return "(secret)"
        return {key: _shown(one) for key, one in value.items() if not key.startswith("__")}
    return [_shown(one) for one in value] if isinstance(value, list) else value
