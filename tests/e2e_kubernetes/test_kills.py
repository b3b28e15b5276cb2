"""Pods end in every way, under load: no request fails for it, the metrics have no long hole, no count is lost.

What "nothing lost" can mean: an application counts in its own memory and tells its collector every second. So what ends
beside it loses nothing; told to end it tells its last counts first; only killed it takes along what it had not told.
"""

import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

import pytest

from config.images import API
from tests.deployments import Deployment, Role
from tests.deployments.kubernetes import PLANES, KubernetesDeployment
from tests.harness.killing import evict, kill_shim
from tests.harness.pulumi import ROOT
from tests.harness.shop import Shop, shop
from tests.harness.waiting import wait_until

PLANE, PATH, RATE = "prod", "/api/products", 10.0
SCRAPE_S = 10
# Two scrapes may be missing between two that are there; a scrape may be late by a second.
LONGEST_GAP_S = 3 * SCRAPE_S + 1
# What an application that is killed had not told: an export's interval and the way of it, in seconds.
UNTOLD_S = 2.0
# A window begins so long before its kill. So the windows, which follow one another, overlap: a hole that a kill leaves
# after its own window is seen in the next one.
BEFORE_S = 2.0 * SCRAPE_S
# How late it may tell what it did not get told because its collector went: the exporter waits up to 10 s for an answer
# and doubles the time between its tries, from 1 s.
RETRIED_S = 45
TELEMETRY = [
    *(Role(zone=name, name="collector") for name in PLANES),
    *(Role(zone="control", name=name) for name in ("prometheus", "thanos-query", "alertmanager", "console")),
]
APPLICATION = Role(zone=PLANE, name="api")
_ANSWERED = f'http_server_request_duration_seconds_count{{data_plane_id="{PLANE}", http_route="{PATH}"}}'
_UP = f'up{{job="data-plane", data_plane_id="{PLANE}"}}'


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of the requests, how many of them the store has, and the longest gap (s) of each series' owner."""

    requests: dict[str, int]
    stored: float
    gaps: dict[str, float]

    @property
    def answered(self) -> int:
        """Requests that got their answer."""
        return self.requests.get("200", 0)

    @property
    def failed(self) -> dict[str, int]:
        """Requests that got none."""
        return {outcome: count for outcome, count in self.requests.items() if outcome != "200"}


@dataclass(frozen=True, kw_only=True)
class Load:
    """Steady requests to one plane's API, and what the store says of them."""

    deployment: KubernetesDeployment
    shop: Shop

    def during(self, what: str, act: Callable[[], None]) -> Outcome:
        """Send requests while ``act`` runs and until all is well again; returns what came of it.

        All that was sent before is stored by then.
        """
        before, began = self._stored(), self._now() - BEFORE_S
        host = f"api.{self.deployment.cluster.namespace(PLANE)}.svc"
        with self.shop.sending(host, 8000, PATH, rate=RATE) as sending:
            act()
            self.deployment.wait_well()
        self.wait_scraped()
        stored = self._caught_up(before, sending.outcomes.get("200", 0))
        ended = self._now()
        outcome = Outcome(
            requests=sending.outcomes,
            stored=stored - before,
            gaps={
                **self._gaps(_UP, "data_plane_id", began, ended),
                **self._gaps(_ANSWERED, "exported_instance", began, ended),
            },
        )
        self.deployment.figures.add(f"kubernetes: longest gap, {what}", max(outcome.gaps.values()), "s")
        return outcome

    def _now(self) -> float:
        return self.deployment.store.value("vector(time())") or 0

    def _stored(self) -> float:
        """Return what all API processes of the last hour had counted at their end, or by now."""
        each = f"max by (exported_instance) (max_over_time({_ANSWERED}[1h]))"
        return self.deployment.store.value(f"sum({each})") or 0

    def _caught_up(self, before: float, answered: int) -> float:
        """Return what is stored when it is all, or after a while: who lost its collector tries again ever later."""
        with suppress(AssertionError):  # what is missing then is told with everything else
            wait_until(
                self._stored, lambda found: found - before >= answered, within_s=RETRIED_S, what="counts", every_s=2
            )
        return self._stored()

    def wait_scraped(self) -> None:
        """Wait until every collector was scraped later than two seconds from now, when it has all that was sent."""
        moment = self._now() + UNTOLD_S
        wait_until(
            lambda: self.deployment.store.value(f"count(timestamp({_UP}) > {moment})"),
            lambda count: count == 2,
            within_s=60,
            what="both collectors are scraped again",
            every_s=1,
        )

    def _gaps(self, selector: str, by: str, began: float, ended: float) -> dict[str, float]:
        """Return the longest time between two samples of each ``by`` that lived throughout, whoever scraped it."""
        times: dict[str, set[float]] = {}
        rows = self.deployment.store.samples(selector, until=ended, seconds=int(ended - began))
        for labels, values in rows.items():
            times.setdefault(dict(labels)[by], set()).update(float(moment) for moment, _ in values)
        longest = {}
        for owner, moments in times.items():
            ordered = sorted(moments)
            if ordered[-1] > ended - 2 * SCRAPE_S:
                longest[owner] = max(later - sooner for sooner, later in itertools.pairwise(ordered))
        return longest


@pytest.fixture(scope="module")
def load(deployment: Deployment) -> Iterator[Load]:
    assert isinstance(deployment, KubernetesDeployment)
    deployment.restore()
    with shop(deployment.cluster, PLANE, "api", 8000, API.reference(ROOT)) as opened:
        load = Load(deployment=deployment, shop=opened)
        # What other tests sent must be stored, or it would count as sent during the first kill.
        load.wait_scraped()
        yield load


def _each(roles: list[Role], act: Callable[[Role], None]) -> None:
    with ThreadPoolExecutor(len(roles)) as pool:
        list(pool.map(act, roles))


def _assert_unharmed(outcome: Outcome, *, lost_at_most: float = 0) -> None:
    assert outcome.failed == {}
    assert outcome.answered > 5 * RATE
    assert outcome.answered - lost_at_most <= outcome.stored <= outcome.answered
    assert max(outcome.gaps.values()) <= LONGEST_GAP_S, outcome.gaps


def test_deleting_a_pod_of_everything(load: Load) -> None:
    """One pod of every workload at once, the API's too: it tells its collector before it ends."""
    deployment = load.deployment

    def delete(role: Role) -> None:
        pod = next(iter(deployment.pods(role)))
        done = deployment.cluster.kubectl("-n", deployment.cluster.namespace(role.zone), "delete", "pod", pod)
        assert done.returncode == 0, done.stderr

    # The collector by itself: an API that ends at the same time may have told the one that ends.
    _assert_unharmed(load.during("a telemetry pod of each kind deleted", lambda: _each(TELEMETRY, delete)))
    _assert_unharmed(load.during("an API pod deleted", lambda: delete(APPLICATION)))


def test_killing_the_runtime_above_telemetry(load: Load) -> None:
    deployment = load.deployment

    def kill(role: Role) -> None:
        pods = deployment.cluster.items("pods", role.zone)
        name = next(iter(deployment.pods(role)))
        old = _containers(deployment, role, name)
        kill_shim(next(pod for pod in pods if pod["metadata"]["name"] == name))
        wait_until(
            lambda: _containers(deployment, role, name), lambda seen: seen != old, within_s=90, what=f"{name} restarts"
        )

    victims = [Role(zone=PLANE, name="collector"), Role(zone="control", name="prometheus")]
    _assert_unharmed(load.during("runtime above a collector and a Prometheus killed", lambda: _each(victims, kill)))


def test_rolling_collectors_and_prometheus(load: Load) -> None:
    cluster = load.deployment.cluster

    def roll() -> None:
        for zone, what in ((PLANE, "deployment/collector"), ("control", "statefulset/prometheus")):
            done = cluster.kubectl("-n", cluster.namespace(zone), "rollout", "restart", what)
            assert done.returncode == 0, done.stderr

    _assert_unharmed(load.during("collectors and Prometheus rolled", roll))


def test_evicting_every_pod(load: Load) -> None:
    """As a drain does, but the node goes on taking pods: every pod, each as soon as its budget lets it go."""
    deployment = load.deployment
    before = deployment.running()

    def evict_all(role: Role) -> None:
        for pod in deployment.pods(role):
            evict(deployment.cluster, role.zone, pod)

    everything = [*TELEMETRY, *(Role(zone=name, name="api") for name in PLANES)]
    outcome = load.during("every pod evicted", lambda: _each(everything, evict_all))
    assert not deployment.running().pods.keys() & before.pods.keys()
    # An API and the collector that it told last may end between two scrapes: what it counted since the one before.
    _assert_unharmed(outcome, lost_at_most=RATE * SCRAPE_S)
    deployment.figures.add("kubernetes: counts lost when every pod is evicted", outcome.answered - outcome.stored, "")


def _containers(deployment: KubernetesDeployment, role: Role, name: str) -> list[str]:
    pods = {pod["metadata"]["name"]: pod for pod in deployment.cluster.items("pods", role.zone)}
    return [status.get("containerID", "") for status in pods[name]["status"].get("containerStatuses", [])]
