"""What a component makes after it has told its outputs: nothing should wait for that."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pytest


@dataclass
class Latecomers:
    """The resources that transformations saw, and those of them whose component was done."""

    done: set[pulumi.Resource] = field(default_factory=set)
    seen: list[str] = field(default_factory=list)
    found: list[str] = field(default_factory=list)

    def note(self, declared: pulumi.ResourceTransformationArgs) -> None:
        """Take note of a resource that is declared."""
        self.seen.append(declared.name)
        if declared.opts.parent in self.done:
            self.found.append(declared.name)


def latecomers(monkeypatch: pytest.MonkeyPatch) -> Latecomers:
    """Look at when components tell their outputs; ``note`` is a transformation for their options."""
    late = Latecomers()
    register_outputs = pulumi.ComponentResource.register_outputs

    def register(component: pulumi.ComponentResource, outputs: Mapping[str, Any]) -> None:
        late.done.add(component)
        register_outputs(component, outputs)

    monkeypatch.setattr(pulumi.ComponentResource, "register_outputs", register)
    return late
