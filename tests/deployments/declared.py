"""Every workload of a stack with its callers, as the product declares it and without running anything."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pulumi

from components.platform import AlertingSpec, MetricsStore, MetricsStoreSpec, PlaneStores, Zone
from components.workload import Workload
from config.settings import CONTROL_ZONE, StackSettings
from tests.components.declaring import declare
from tests.components.fake_platform import FakePlatform, FakeZone
from tests.deployments import Role
from tests.harness.settings import Settings

Store = Callable[[MetricsStoreSpec[Zone]], Iterable[Workload]]


@dataclass(kw_only=True)
class _Declaring(FakePlatform):
    """Records the workloads of which a platform makes its metrics store, too; without ``copies`` that store alerts."""

    store: Store

    def alerting(self, spec: AlertingSpec, zone: FakeZone, *, parent: pulumi.Resource) -> tuple[str, ...]:
        return super().alerting(spec, zone, parent=parent) if self.copies else ()

    def metrics_store(
        self, spec: MetricsStoreSpec[FakeZone], zone: FakeZone, *, parent: pulumi.Resource
    ) -> MetricsStore | PlaneStores:
        for workload in self.store(spec):
            self.workloads[CONTROL_ZONE, workload.role] = workload
        return super().metrics_store(spec, zone, parent=parent)


def declared(settings: Settings, *, copies: int, store: Store) -> dict[Role, Workload]:
    """Return the workloads of a stack; ``copies`` is how often the platform runs Alertmanager.

    ``store`` gives those that make up the platform's metrics store.
    """
    platform = _Declaring(copies=copies, store=store)
    declare(StackSettings.model_validate(settings), platform)
    return {Role(zone=zone, name=role): workload for (zone, role), workload in platform.workloads.items()}
