"""A service of somebody's own on the node: what it is asked, what is reserved for it, its secret, its ports."""

import os
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import docker
import pytest

import toolchain.cluster
from tests.harness import own_service
from tests.harness.kubernetes import OnCluster, temporary_cluster_stack
from tests.harness.own_service import FOLDER, MORE, PORT, ROLE, SECRET, VALUE, VARIABLES
from tests.harness.waiting import wait_until
from toolchain.obtain.cache import Cache

# One pod of each, so that there is room beside others: a policy reports that.
ONE = {"minimumReplicas": 1, "maximumReplicas": 2, "storeReplicas": 1}
# Of the liveness probe, which the service would not outlive if it were asked about what it depends on.
_SILENCE_S = 60


@dataclass(frozen=True, kw_only=True)
class Own:
    """A deployed stack of one plane with the sample and the service."""

    on: OnCluster

    def pod(self) -> dict[str, Any]:
        """Return the service's pod."""
        pods = [
            pod for pod in self.on.items("pods", "prod") if pod["metadata"]["labels"]["app.kubernetes.io/name"] == ROLE
        ]
        (found,) = [pod for pod in pods if "deletionTimestamp" not in pod["metadata"]]
        return found

    def inside(self, *command: str) -> str:
        """Run a command of the service's own program in it; returns what it prints."""
        done = self.on.kubectl(
            "-n", self.on.namespace("prod"), "exec", f"deployment/{ROLE}", "--", "/bin/busybox", *command
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Own]:
    with temporary_cluster_stack(tmp_path_factory.mktemp("own"), ("prod",)) as (on, settings):
        with closing(docker.from_env()) as client, own_service.own_image(client, on.stack.name) as image:
            toolchain.cluster.load_images(Cache.of(os.environ), on.cluster, [image])
        settings["kubernetes"].update(ONE)
        plane = settings["dataPlanes"]["prod"]
        plane["workloads"] = {"api": {}, "other": {}, ROLE: own_service.workload(image)}
        plane["resources"] = {"collector": {"memoryMib": 300, "requests": {"memoryMib": 100}}}
        settings["controlPlane"]["resources"] = {"thanosSidecar": {"memoryMib": 96}}
        on.stack.write({**settings, "policies": "advisory"})
        on.stack.set_secret(f"secrets.{SECRET}", VALUE)
        on.stack.up().succeeded()
        yield Own(on=on)


def test_what_is_reserved_and_allowed_is_what_the_stack_says(own: Own) -> None:
    (container,) = own.pod()["spec"]["containers"]
    assert container["resources"] == {
        "requests": {"cpu": "20m", "memory": "48Mi"},
        "limits": {"cpu": "250m", "memory": "80Mi"},
    }
    found = {
        container["name"]: container["resources"]
        for zone in ("prod", "control")
        for pod in own.on.items("pods", zone)
        for container in pod["spec"]["containers"]
    }
    assert found["collector"]["limits"]["memory"] == "300Mi"
    assert found["collector"]["requests"] == {"cpu": "50m", "memory": "100Mi"}
    assert found["thanos-sidecar"]["limits"]["memory"] == "96Mi"


def test_the_autoscaler_counts_from_the_limit(own: Own) -> None:
    scalers = {one["metadata"]["name"]: one for one in own.on.items("horizontalpodautoscalers", "prod")}
    (metric,) = scalers[ROLE]["spec"]["metrics"]
    assert metric["resource"]["target"] == {"type": "AverageValue", "averageValue": "175m"}
    wait_until(
        lambda: own.on.items("horizontalpodautoscalers", "prod"),
        lambda found: all("currentMetrics" in one["status"] for one in found),
        within_s=120,
        what="the autoscalers know what is used",
    )


def test_its_secret_is_a_file_that_its_user_reads(own: Own) -> None:
    environment = dict(line.split("=", 1) for line in own.inside("env").splitlines())
    assert {name: environment.get(name) for name in VARIABLES} == VARIABLES
    assert own.inside("cat", environment["DB_PASSWORD_FILE"]) == VALUE
    assert own.inside("id", "-u").strip() == str(own_service.USER)
    own.inside("touch", f"{FOLDER}/note")
    assert VALUE not in str(own.pod())


def test_callers_reach_both_ports_and_others_none(own: Own) -> None:
    targets = [(own.pod()["status"]["podIP"], port) for port in (PORT, MORE)]
    assert all(own.on.reaches("prod", "api", targets).values())
    assert not any(own.on.reaches("prod", "other", targets).values())
    address = own.on.python("prod", "api", "import os; print(os.environ['SHOP_MORE_ADDRESS'])")
    assert address == f"{ROLE}.{own.on.namespace('prod')}.svc:{MORE}"


def test_a_service_that_is_not_ready_gets_no_requests_and_is_not_restarted(own: Own) -> None:
    def ready() -> bool:
        (status,) = own.pod()["status"]["containerStatuses"]
        return bool(status["ready"])

    uid = own.pod()["metadata"]["uid"]
    own.inside("rm", f"{FOLDER}/ready")
    wait_until(ready, lambda seen: not seen, within_s=30, what="it is out of rotation")
    # Longer than a process may be silent.
    time.sleep(_SILENCE_S + 20)
    (status,) = own.pod()["status"]["containerStatuses"]
    assert (status["restartCount"], status["ready"], own.pod()["metadata"]["uid"]) == (0, False, uid)
    own.inside("touch", f"{FOLDER}/ready")
    wait_until(ready, within_s=30, what="it is in rotation again")


def test_a_service_that_no_longer_lives_is_restarted(own: Own) -> None:
    def restarts() -> int:
        return int(own.pod()["status"]["containerStatuses"][0]["restartCount"])

    before = restarts()
    own.inside("rm", f"{FOLDER}/live")
    wait_until(restarts, lambda seen: seen == before + 1, within_s=_SILENCE_S + 60, what="it is restarted")
