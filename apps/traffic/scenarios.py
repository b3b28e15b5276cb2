"""Three stories to show, each a load per kind of environment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from .endpoints import EVERYDAY, TROUBLED, Weights
from .loads import Load, Pattern
from .targets import Target

SECONDS: Final = 300.0  # long enough for an alert that waits a minute or two to fire


class ScenarioName(StrEnum):
    """What to show."""

    NORMAL = "normal-operations"
    INCIDENT = "production-incident"
    QA = "qa-load-test"


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one plane gets: how much, and of what."""

    load: Load
    weights: Weights = EVERYDAY


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """Parts by environment role; `lead` is the role that the story is about."""

    lead: str
    parts: Mapping[str, Part]
    others: Part

    def assign(self, targets: Sequence[Target]) -> dict[Target, Part]:
        """Give each target the part of its name, or that of the others.

        When no target has a name that the story knows, every one of them gets the lead's part.
        """
        if not any(target.name in self.parts for target in targets):
            return dict.fromkeys(targets, self.parts[self.lead])
        return {target: self.parts.get(target.name, self.others) for target in targets}


def _steady(rate: float) -> Part:
    return Part(load=Load(pattern=Pattern.STEADY, rate=rate, peak=rate, seconds=SECONDS))


SCENARIOS: Final[Mapping[ScenarioName, Scenario]] = MappingProxyType(
    {
        ScenarioName.NORMAL: Scenario(
            lead="prod", parts={"prod": _steady(20), "dev": _steady(2), "qa": _steady(5)}, others=_steady(5)
        ),
        ScenarioName.INCIDENT: Scenario(
            lead="prod",
            parts={
                "prod": Part(
                    load=Load(pattern=Pattern.SPIKE, rate=10, peak=200, seconds=SECONDS),
                    weights=TROUBLED,
                ),
                "dev": _steady(2),
                "qa": _steady(5),
            },
            others=_steady(5),
        ),
        ScenarioName.QA: Scenario(
            lead="qa",
            parts={
                "qa": Part(load=Load(pattern=Pattern.RAMP, rate=5, peak=100, seconds=SECONDS)),
                "prod": _steady(20),
                "dev": _steady(2),
            },
            others=_steady(5),
        ),
    }
)
