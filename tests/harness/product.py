"""The product's own commands on a stack of a test's own, as users call them: `planewatch up`, `down`, `outputs` …"""

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from delivery.outputs import Outputs
from tests.harness.pulumi import PulumiStack, Run
from tests.harness.settings import Settings

PLANEWATCH = str(Path(sys.executable).with_name("planewatch"))
# What would lead the commands to another backend, account of secrets, stack or folder than the test's.
_FOREIGN = ("PULUMI_", "PLANEWATCH_STACKS", "PLANEWATCH_STATE", "STACK")


@dataclass(kw_only=True)
class ProductStack(PulumiStack):
    """A stack that the installed `planewatch` deploys and destroys; the rest goes by plain Pulumi, as in the base."""

    def up(self, settings: Settings | None = None) -> Run:
        """Deploy; ``settings`` replace the stack file first."""
        if settings is not None:
            self.write(settings)
        return self.planewatch("up")

    def preview(self, settings: Settings | None = None) -> Run:
        """Show what ``up`` would do; ``settings`` replace the stack file first."""
        if settings is not None:
            self.write(settings)
        return self.planewatch("preview")

    def interrupted_up(self, settings: Settings, when: Callable[[], bool], *, by: signal.Signals) -> Run:
        """Begin to deploy ``settings`` and, once ``when`` is true, send ``by`` as a terminal does: to all processes."""
        self.write(settings)
        return self._interrupted(self.command("up"), self.environment, when, by=by)

    def destroy(self, *, delete_data: bool = False) -> Run:
        """Destroy; data volumes stay unless ``delete_data``."""
        return self.planewatch("down", *(("--data", "delete") if delete_data else ()))

    def outputs(self) -> Outputs:
        """Return the outputs as the product prints them."""
        return Outputs.model_validate_json(self.planewatch("outputs", merge=False).succeeded().text)

    def planewatch(self, *arguments: str, merge: bool = True) -> Run:
        """Run a command on the stack; ``merge`` adds what it says on standard error to the text."""
        return self._run(self.command(*arguments), self.environment, merge=merge)

    def command(self, verb: str, *arguments: str) -> list[str]:
        """Return the command line of a command on the stack."""
        where = self.workspace
        folders = ("--stacks", str(where.stacks), "--state", str(where.state))
        return [PLANEWATCH, verb, "--stack", self.name, *folders, *arguments]

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the commands: what they need besides they find out by themselves."""
        own = {key: value for key, value in os.environ.items() if not key.startswith(_FOREIGN)}
        return {**own, "NO_COLOR": "1", "COLUMNS": "200", **self.variables}
