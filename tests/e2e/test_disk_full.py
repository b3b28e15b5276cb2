"""A full disk under the metrics store: nothing else breaks, and storing goes on once there is space."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from delivery.outputs import Outputs
from infra.platforms.docker.naming import Naming
from tests.harness.containers import PROBE, StackOnEngine
from tests.harness.holdings import assert_nothing_new, holdings
from tests.harness.lifetime import temporary_stack
from tests.harness.prometheus import Store, settled
from tests.harness.pulumi import PulumiStack
from tests.harness.settings import local_settings
from tests.harness.waiting import wait_until

_FILLER = "/prometheus/filler"
_STORES_NOTHING = "nothing is stored any more, not even what Prometheus tells of itself"
_TOLD = {("ControlPlaneDown", "prometheus"), ("ControlPlaneDown", "alertmanager"), ("DataPlaneDown", "solo")}


@dataclass(frozen=True, kw_only=True)
class Small:
    """A stack of one plane whose metrics store has 32 MiB of disk."""

    stack: PulumiStack
    engine: StackOnEngine
    outputs: Outputs
    alertmanager_port: int
    # What the engine held before the stack.
    held: frozenset[str]

    @property
    def store(self) -> Store:
        """Prometheus."""
        return Store(url=self.outputs.query_url)

    def newest(self) -> float:
        """Return the time (unix seconds) of the newest sample of the plane."""
        return self.store.value('max(max_over_time(timestamp(up{job="data-plane"})[10m:1s]))') or 0

    def alerts(self) -> set[tuple[str, str]]:
        """Return the name and the subject of every alert that Alertmanager has."""
        url = f"http://127.0.0.1:{self.alertmanager_port}/api/v2/alerts"
        found = httpx.get(url, trust_env=False, timeout=10).raise_for_status().json()
        return {
            (labels["alertname"], labels.get("data_plane_id") or labels.get("job", ""))
            for labels in (alert["labels"] for alert in found)
        }

    def health(self) -> Any:
        """Return what the console says of the system."""
        return httpx.get(f"{self.outputs.console_url}/api/v1/health", trust_env=False, timeout=10).json()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Small]:
    settings = local_settings(["solo"])
    with temporary_stack(tmp_path_factory.mktemp("small"), settings) as (stack, engine):
        held = holdings(engine.client, stack.name)
        # Made before the stack, which adopts it as it adopts a kept one. In memory, and so quick to fill.
        engine.client.volumes.create(
            f"planewatch-{stack.name}-control-prometheus-data",
            driver_opts={"type": "tmpfs", "device": "tmpfs", "o": "size=32m,uid=65534,gid=65534"},
            labels=Naming(stack=stack.name).labels("control", "prometheus"),
        )
        stack.up().succeeded()
        made = Small(
            stack=stack,
            engine=engine,
            outputs=stack.outputs(),
            alertmanager_port=settings["controlPlane"]["alertmanagerPort"],
            held=held,
        )
        made.store.wait_ready()
        yield made


def _only_failed_lately(health: Any) -> bool:
    names = (health["reason"] or "").removeprefix("firing: ").split(", ")
    return health["planes"]["up"] == 1 and set(names) <= {"", "MetricsStoreFailing", "RulesFailing"}


def test_a_full_disk_stops_storing_and_nothing_else(small: Small) -> None:
    wait_until(lambda: small.health()["state"], lambda state: state == "up", within_s=60, what="everything is well")
    store = ("control", "prometheus")
    full_at = settled()
    code, said = small.engine.execute(*store, PROBE, "dd", "if=/dev/zero", f"of={_FILLER}", "bs=64k")
    assert code != 0, said
    assert "No space left on device" in said
    before = small.store.samples("up", until=full_at, seconds=300)

    # Either is seen first: what is scraped last is in time for longest.
    health = wait_until(
        small.health,
        lambda seen: seen["reason"] == _STORES_NOTHING and seen["planes"]["missing"] == 1,
        within_s=120,
        what="the console shows it",
    )
    assert health["state"] == "down", health
    assert "no space left on device" in small.engine.container(*store).logs(tail=200).decode()
    # Nothing else breaks: the plane serves, the console answers, what is stored can be read.
    assert httpx.get(f"{small.outputs.data_planes['solo'].api_url}/api/products", trust_env=False).status_code == 200
    assert set(small.engine.health().values()) == {"healthy"}
    assert small.store.samples("up", until=full_at, seconds=300) == before

    # Rules on absence need nothing to be stored, and their alerts leave.
    wait_until(small.alerts, lambda seen: seen >= _TOLD, within_s=300, what="alerts are sent", every_s=2)
    small.engine.execute(*store, PROBE, "rm", _FILLER)
    freed_at = time.time()
    wait_until(small.newest, lambda newest: newest > freed_at, within_s=60, what="storing goes on")
    # For ten minutes alerts still tell that writing has failed; nothing else is wrong any more.
    wait_until(small.health, _only_failed_lately, within_s=120, what="the console shows it")
    assert small.store.samples("up", until=full_at, seconds=300) == before


def test_a_destroy_that_is_told_to_leaves_nothing(small: Small) -> None:
    assert [name for name in small.engine.leftovers() if "prometheus-data" in name]
    assert holdings(small.engine.client, small.stack.name) - small.held
    small.stack.destroy(delete_data=True).succeeded()
    assert small.engine.leftovers() == []
    assert_nothing_new(small.engine.client, small.stack.name, small.held)
