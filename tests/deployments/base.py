"""What every deployed stack of a test run can do, whatever it runs on."""

import copy
from dataclasses import dataclass, field

from delivery.outputs import Outputs
from tests.harness.pulumi import PulumiStack, Run
from tests.harness.reporting import Figures
from tests.harness.settings import Settings


@dataclass(kw_only=True)
class StackUnderTest:
    """A stack and the settings that it has when a test starts."""

    stack: PulumiStack
    settings: Settings
    figures: Figures
    planes: tuple[str, ...]
    failing: str
    flawless: str
    outputs: Outputs = field(init=False)
    changed: bool = True

    def changed_settings(self) -> Settings:
        """Return a copy of the settings to change."""
        return copy.deepcopy(self.settings)

    def apply(self, settings: Settings) -> Run:
        """Deploy other settings; the next test gets its own back."""
        self.changed = settings != self.settings
        return self.stack.up(settings)

    def repair(self) -> None:
        """Bring back the settings where a test left others."""
        if self.changed:
            run = self.apply(self.settings).succeeded()
            self.figures.add(f"up of {len(self.planes)} planes, images there", run.seconds, "s")
            self.outputs = self.stack.outputs()

    def said(self) -> str:
        """Return the last command with its output."""
        last = self.stack.runs[-1] if self.stack.runs else None
        return f"$ {last.command}  ({last.code}, {last.seconds:.1f} s)\n{last.text}" if last else ""
