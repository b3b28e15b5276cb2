"""The deployed stack that most tests share."""

import copy
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from delivery.outputs import Outputs
from tests.e2e.receiver import Receiver
from tests.e2e.reporting import Figures
from tests.harness.containers import StackOnEngine
from tests.harness.lifetime import temporary_stack
from tests.harness.prometheus import Store
from tests.harness.pulumi import PulumiStack, Run
from tests.harness.settings import Settings, local_settings

PLANES = ("dev", "prod", "qa")
# Every payment of this plane fails; prod never fails one, so that an alert of prod would be a mistake.
FAILING, FLAWLESS = "qa", "prod"


@dataclass(kw_only=True)
class Platform:
    """A deployed stack. ``settings`` are what it has when a test starts."""

    stack: PulumiStack
    engine: StackOnEngine
    settings: Settings
    receiver: Receiver
    figures: Figures
    outputs: Outputs = field(init=False)
    _changed: bool = True

    @property
    def store(self) -> Store:
        """Prometheus, as published."""
        return Store(url=self.outputs.query_url)

    def changed_settings(self) -> Settings:
        """Return a copy of the settings to change."""
        return copy.deepcopy(self.settings)

    def apply(self, settings: Settings) -> Run:
        """Deploy other settings; the next test gets its own back."""
        self._changed = settings != self.settings
        return self.stack.up(settings)

    def interrupt(self, settings: Settings, when: Callable[[], bool]) -> Run:
        """Begin to deploy other settings and interrupt it; the next test gets its own back."""
        self._changed = True
        return self.stack.interrupted_up(settings, when, by=signal.SIGINT)

    def restore(self) -> None:
        """Bring back the settings and wait until everything is well."""
        if self._changed:
            run = self.apply(self.settings).succeeded()
            self.figures.add("up of three planes, images there", run.seconds, "s")
            self.outputs = self.stack.outputs()
            self.receiver.start()
        self.wait_well()

    def wait_well(self) -> None:
        """Wait until every service is healthy and the metrics store answers queries."""
        self.engine.wait_healthy()
        self.store.wait_ready()

    def destroy(self, *, delete_data: bool = False) -> Run:
        """Destroy the stack; the next test gets it back."""
        self._changed = True
        self.receiver.stop()
        return self.stack.destroy(delete_data=delete_data)

    def report(self) -> str:
        """Return the last command's output and every container's state and last lines."""
        last = self.stack.runs[-1] if self.stack.runs else None
        said = f"$ {last.command}  ({last.code}, {last.seconds:.1f} s)\n{last.text}" if last else ""
        return f"{said}\n{self.engine.report()}"


@contextmanager
def deployed(folder: Path, figures: Figures) -> Iterator[Platform]:
    """Deploy three planes under a name of their own; remove everything at the end, whatever happened."""
    settings = local_settings(
        PLANES, variables={FAILING: {"ERROR_RATE": "1"}, FLAWLESS: {"ERROR_RATE": "0", "ENABLE_SLOW_REQUESTS": "false"}}
    )
    with temporary_stack(folder, settings) as (stack, engine):
        receiver = Receiver(engine=engine)
        stack.set_secret("alertWebhookUrl", receiver.url)
        platform = Platform(stack=stack, engine=engine, settings=settings, receiver=receiver, figures=figures)
        try:
            platform.restore()
            yield platform
        finally:
            receiver.stop()
