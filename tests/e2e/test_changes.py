"""A change touches what it names and nothing else."""

from collections.abc import Callable

import pytest

from tests.deployments.docker import DockerDeployment
from tests.harness.ports import free_ports
from tests.harness.prometheus import settled
from tests.harness.settings import Settings, plane
from tests.harness.waiting import wait_until

FOURTH = "stage"
# A stack's scrape targets, its rules and its flags are Prometheus's; nobody else restarts for them.
STORE = "control-prometheus"


def _touched(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def _apply(platform: DockerDeployment, settings: Settings, what: str) -> None:
    run = platform.apply(settings).succeeded()
    platform.figures.add(what, run.seconds, "s")
    platform.wait_well()


def test_a_second_up_changes_nothing(platform: DockerDeployment) -> None:
    before = platform.engine.ids()
    run = platform.stack.pulumi("up", "--yes", "--policy-pack", "policies", "--expect-no-changes").succeeded()
    platform.figures.add("up with nothing to change", run.seconds, "s")
    assert platform.engine.ids() == before


def _reversed(settings: Settings) -> None:
    settings["dataPlanes"] = dict(reversed(settings["dataPlanes"].items()))


def _retention(settings: Settings) -> None:
    settings["controlPlane"]["retention"] = "5d"


def _variable(settings: Settings) -> None:
    settings["dataPlanes"]["prod"]["workloads"]["api"]["environmentVariables"]["ERROR_RATE"] = "0.01"


def _fourth_plane(settings: Settings) -> None:
    settings["dataPlanes"][FOURTH] = plane(*free_ports(2))


@pytest.mark.parametrize(("change", "touched"), [(_reversed, set()), (_retention, {STORE}), (_variable, {"prod-api"})])
def test_a_change_is_planned_for_what_it_names(
    platform: DockerDeployment, change: Callable[[Settings], None], touched: set[str]
) -> None:
    settings = platform.changed_settings()
    change(settings)
    try:
        assert set(platform.stack.planned(settings)) == touched
    finally:
        platform.stack.write(platform.settings)


def test_changes_touch_what_they_name_and_taking_them_back_does_too(platform: DockerDeployment) -> None:
    before = platform.engine.ids()
    now = settled()
    history = platform.store.samples("up", until=now, seconds=600)
    settings = platform.changed_settings()
    for change in (_retention, _variable, _fourth_plane):
        change(settings)
    touched = {f"{FOURTH}-api", f"{FOURTH}-collector", "prod-api", STORE}

    _apply(platform, settings, "up with a fourth plane, another retention, another variable")
    assert _touched(before, platform.engine.ids()) == touched
    assert platform.store.get("status/flags")["storage.tsdb.retention.time"] == "5d"
    assert platform.store.samples("up", until=now, seconds=600) == history
    wait_until(
        lambda: platform.store.value(f'count(up{{data_plane_id="{FOURTH}"}} == 1)'),
        lambda seen: seen == 2,
        within_s=60,
        what="the fourth plane is scraped",
    )

    with_four = platform.engine.ids()
    _apply(platform, platform.settings, "up that takes all of that back")
    assert _touched(with_four, platform.engine.ids()) == touched
    assert sorted(platform.engine.ids()) == sorted(before)
    assert [each for each in platform.engine.leftovers() if f"-{FOURTH}" in each] == []
    # What it sent stays readable until retention ends it.
    assert platform.store.value(f'count(last_over_time(up{{data_plane_id="{FOURTH}"}}[1h]))') == 2
    assert platform.store.samples("up", until=now, seconds=600) == history
