"""What a cluster asks of a container, and what it does when nobody answers."""

from dataclasses import replace
from typing import Any

import pytest
from pulumi_kubernetes.core.v1 import ProbeArgs

from components.application import ApplicationArgs
from components.console import ConsoleSpec, console
from components.probe import Probe
from components.workload import Port, Workload
from config.images import UTILITY
from infra.platforms.kubernetes.probes import probes_of
from tests.components.declaring import declare, settings
from tests.components.fake_platform import FakePlatform

SHOP = Workload(
    role="shop",
    image=UTILITY,
    user="1:1",
    ports=(Port(name="http", number=80), Port(name="admin", number=81)),
    probe=Probe(path="/ready", port="admin"),
    resources=ApplicationArgs(image=UTILITY).resources,
)


def asked(probe: ProbeArgs) -> tuple[Any, ...]:
    """Return what a probe asks: a path and a port, or a port alone."""
    if probe.tcp_socket is None:
        got: Any = probe.http_get
        return got.path, got.port
    only: Any = probe.tcp_socket
    return (only.port,)


def patience_s(probe: ProbeArgs) -> int:
    """Return how long nobody may answer."""
    return int(str(probe.period_seconds)) * int(str(probe.failure_threshold))


def test_a_check_of_what_a_service_depends_on_restarts_nothing() -> None:
    probes = probes_of(SHOP)
    assert asked(probes.readiness) == ("/ready", 81)
    assert asked(probes.liveness) == asked(probes.startup) == (81,)


@pytest.mark.parametrize(
    ("liveness", "startup", "expected"),
    [
        ("/live", None, (("/live", 81), ("/live", 81))),
        ("/live", "/started", (("/live", 81), ("/started", 81))),
        (None, "/started", ((81,), ("/started", 81))),
    ],
)
def test_each_question_has_a_path_of_its_own(
    liveness: str | None, startup: str | None, expected: tuple[Any, Any]
) -> None:
    probes = probes_of(replace(SHOP, probe=replace(SHOP.probe, liveness=liveness, startup=startup)))
    assert (asked(probes.liveness), asked(probes.startup)) == expected
    assert asked(probes.readiness) == ("/ready", 81)


def test_a_start_may_take_two_minutes_and_silence_one() -> None:
    probes = probes_of(SHOP)
    assert (patience_s(probes.startup), patience_s(probes.liveness), patience_s(probes.readiness)) == (120, 60, 10)


def test_a_console_must_reach_the_metrics_once_and_then_tells_that_they_are_missing() -> None:
    spec = ConsoleSpec(
        image=UTILITY, published_port=8080, scrape_interval_s=10, release="dev", stack="sample", platform="kubernetes"
    )
    probes = probes_of(console(spec, environment={}, sources={}))
    assert asked(probes.startup) == ("/readyz", 8080)
    assert asked(probes.readiness) == asked(probes.liveness) == ("/healthz", 8080)


def test_the_stacks_own_services_are_restarted_when_they_hang(platform: FakePlatform) -> None:
    declare(settings(prod={}), platform)
    assert len(platform.workloads) >= 4
    for workload in platform.workloads.values():
        assert workload.probe.liveness is not None, workload.role


def test_paths_come_from_the_stack_file_and_the_samples_own_check_depends_on_nothing(platform: FakePlatform) -> None:
    own = {"image": "example/shop:1.0", "healthPath": "/ready"}
    said = {"api": {}, "shop": own, "cart": {**own, "livenessPath": "/live", "startupPath": "/started"}}
    declare(settings(prod={"workloads": said}), platform)
    probes = {role: platform.workloads["prod", role].probe for role in said}
    assert (probes["api"].path, probes["api"].liveness) == ("/health", "/health")
    assert (probes["shop"].path, probes["shop"].liveness, probes["shop"].startup) == ("/ready", None, None)
    assert (probes["cart"].liveness, probes["cart"].startup) == ("/live", "/started")
