"""One verdict that a policy must make; the tables of cases are registries that the tests run through."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pulumi_policy import ResourceValidationArgs, ResourceValidationPolicy, StackValidationArgs, StackValidationPolicy

Kind = Literal["pass", "fail", "not-applicable", "unknown"]


@dataclass(frozen=True)
class Case:
    """Arguments, and the outcome: `says` holds a part of each violation's message, in order.

    Kind "unknown" is a preview in which the value at stake is not known yet: nothing may be reported. `config` is the
    stack's, as the stack file holds it.
    """

    policy: ResourceValidationPolicy | StackValidationPolicy
    kind: Kind
    what: str
    args: ResourceValidationArgs | StackValidationArgs
    says: tuple[str, ...] = ()
    config: Mapping[str, object] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return f"{self.policy.name}-{self.kind}-{self.what}".replace(" ", "-")
